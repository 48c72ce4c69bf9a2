"""The scripting face of Clique: read, condition, infer, decode, sample and fit undirected graphical models.

`import models` loads NumPy alone; a name is looked up in its module when it is first used, so that SciPy, Numba and
networkx are imported only by what needs them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .conditioning import Conditioned, Evidence, condition
from .errors import (
    Cancelled,
    CliqueError,
    ConvergenceError,
    DataError,
    EvidenceError,
    FileFormatError,
    ModelError,
    TooLargeError,
    ZeroMassError,
)
from .factor import Factor
from .ugm import UGM, Variable

if TYPE_CHECKING:
    from .dataset import Dataset
    from .exact import (
        Decoding,
        Inference,
        decode,
        entropy,
        forecast,
        infer,
        joint,
        max_marginals,
        probability,
        sample,
    )
    from .exact_treewidth import TreewidthResult, treewidth, validate_decomposition
    from .files import (
        read_dataset,
        read_evidence,
        read_graph,
        read_model,
        read_uai_answer,
        write_answer,
        write_evidence,
        write_model,
    )
    from .files.tikz import tikz
    from .generators import (
        bipartite,
        chain,
        complete,
        cycle,
        dilated_causal_convolution,
        ising_grid,
        lattice,
        make_project,
        potts_grid,
        random_graph,
        random_tree,
        rbm,
        residual_chain,
        stacked_rbm,
        star,
    )
    from .learning import FitResult, fit
    from .moral import arcs_of, moral_edges
    from .pins import bundled_pins
    from .project import Project
    from .soft_evidence import SoftEvidence

_LAZY = {
    "Dataset": "dataset",
    "Decoding": "exact",
    "FitResult": "learning",
    "Inference": "exact",
    "Project": "project",
    "SoftEvidence": "soft_evidence",
    "TreewidthResult": "exact_treewidth",
    "arcs_of": "moral",
    "bipartite": "generators",
    "bundled_pins": "pins",
    "chain": "generators",
    "complete": "generators",
    "cycle": "generators",
    "decode": "exact",
    "dilated_causal_convolution": "generators",
    "entropy": "exact",
    "fit": "learning",
    "forecast": "exact",
    "infer": "exact",
    "ising_grid": "generators",
    "joint": "exact",
    "lattice": "generators",
    "make_project": "generators",
    "max_marginals": "exact",
    "moral_edges": "moral",
    "potts_grid": "generators",
    "probability": "exact",
    "random_graph": "generators",
    "random_tree": "generators",
    "rbm": "generators",
    "read_dataset": "files",
    "read_evidence": "files",
    "read_graph": "files",
    "read_model": "files",
    "read_uai_answer": "files",
    "residual_chain": "generators",
    "sample": "exact",
    "stacked_rbm": "generators",
    "star": "generators",
    "tikz": "files.tikz",
    "treewidth": "exact_treewidth",
    "validate_decomposition": "exact_treewidth",
    "write_answer": "files",
    "write_evidence": "files",
    "write_model": "files",
}

__all__ = [
    "UGM",
    "Cancelled",
    "CliqueError",
    "Conditioned",
    "ConvergenceError",
    "DataError",
    "Dataset",
    "Decoding",
    "Evidence",
    "EvidenceError",
    "Factor",
    "FileFormatError",
    "FitResult",
    "Inference",
    "ModelError",
    "Project",
    "SoftEvidence",
    "TooLargeError",
    "TreewidthResult",
    "Variable",
    "ZeroMassError",
    "arcs_of",
    "bipartite",
    "bundled_pins",
    "chain",
    "complete",
    "condition",
    "cycle",
    "decode",
    "dilated_causal_convolution",
    "entropy",
    "fit",
    "forecast",
    "infer",
    "ising_grid",
    "joint",
    "lattice",
    "make_project",
    "max_marginals",
    "moral_edges",
    "potts_grid",
    "probability",
    "random_graph",
    "random_tree",
    "rbm",
    "read_dataset",
    "read_evidence",
    "read_graph",
    "read_model",
    "read_uai_answer",
    "residual_chain",
    "sample",
    "stacked_rbm",
    "star",
    "tikz",
    "treewidth",
    "validate_decomposition",
    "write_answer",
    "write_evidence",
    "write_model",
]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_LAZY[name]}", __name__), name)
    # No submodule carries the name of a public function: importing it would put the module in the function's place.
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
