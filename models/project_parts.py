"""Which named parts does a document have beside its model, and what is left of them when the model changes?

Groups, evidence sets, ties, the data and the fits. Groups, sets and ties refer to variables and factors by name. An
edit of the model may take away what they refer to; then only that reference goes, as a person would expect of a layer
that loses a variable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .conditioning import Evidence
from .errors import EvidenceError
from .soft_evidence import SoftEvidence, fitted_soft_evidence
from .ugm import UGM

Tie = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A named set of variables, for instance a layer, that can be clamped as one.

    Attributes
    ----------
    name : str
    members : tuple of str
    colour : int or None
        Which of the palette's colours its outline has; None for no outline.
    block : bool
        Whether samplers and decoders that work in blocks are to update it as one block.
    """

    name: str
    members: tuple[str, ...]
    colour: int | None = None
    block: bool = False


@dataclass(frozen=True, slots=True)
class DataReference:
    """Where the data set came from, so that a saved project can find it again.

    Attributes
    ----------
    source : str
        A file path, or "bundled:pins" for the data that come with the program.
    options : tuple of (str, value)
        Keyword options of `read_dataset` that were used.
    """

    source: str
    options: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class FitRecord:
    """One row of the table of fits. The first row describes the data themselves and has no model.

    Attributes
    ----------
    label : str
        Short name: "chain", "complete", "data".
    n_edges, n_parameters : int or None
    nll : float
        Mean negative log-likelihood per row, nats; for the data, the entropy of the rows (no model does better).
    decoding : tuple of int
        Most probable joint state, in the order of `names`.
    event : tuple of int
        The joint state asked about: the commonest row of the data (1234 for PINs).
    p_first, p_event, p_last_given_rest : float
        p(x1 = event[0]), p(x = event), p(xd = event[-1] given the others).
    p_event_drawn : float or None
        Share of `n_drawn` independent exact draws that equal the event.
    n_drawn : int
    seconds : float
    optimizer : str
        "l-bfgs", "ipf" or "coursework"; empty for the data.
    converged : bool
    message : str
        How the fit ended, one line.
    names : tuple of str
        Variables, in the order of `decoding` and `event`.
    ugm : UGM or None
        The fitted model.
    trace : tuple of float
        NLL by iteration.
    """

    label: str
    names: tuple[str, ...]
    nll: float
    decoding: tuple[int, ...]
    event: tuple[int, ...]
    p_first: float
    p_event: float
    p_last_given_rest: float
    n_edges: int | None = None
    n_parameters: int | None = None
    p_event_drawn: float | None = None
    n_drawn: int = 0
    seconds: float = 0.0
    optimizer: str = ""
    converged: bool = True
    message: str = ""
    ugm: UGM | None = None
    trace: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceSet:
    """Evidence kept under a name.

    Raises
    ------
    EvidenceError
        The name is empty.
    """

    name: str
    evidence: Evidence = field(default_factory=Evidence)
    soft: SoftEvidence = field(default_factory=SoftEvidence)

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise EvidenceError('An evidence set needs a name. Type one, for instance "case 1".')


def fitting_states(ugm: UGM, states: Mapping[str, int]) -> dict[str, int]:
    """Return those of the states that the model's variables have."""
    return {n: s for n, s in states.items() if n in ugm and 0 <= s < ugm.variable(n).n_states}


def fitting_soft(ugm: UGM, soft: SoftEvidence) -> SoftEvidence:
    """Return the soft evidence on variables of the model, complete; the same object where all of it fits."""
    return fitted_soft_evidence(ugm, soft) if soft else soft


def fitting_sets(ugm: UGM, sets: tuple[EvidenceSet, ...]) -> tuple[EvidenceSet, ...]:
    """Return the sets without what fits no variable; the same object where everything fits."""
    fitting = []
    for each in sets:
        states, soft = fitting_states(ugm, each.evidence), fitting_soft(ugm, each.soft)
        if len(states) < len(each.evidence) or soft is not each.soft:
            each = replace(each, evidence=Evidence(states), soft=soft)
        fitting.append(each)
    same = all(a is b for a, b in zip(fitting, sets, strict=True))
    return sets if same else tuple(fitting)


def renamed_sets(sets: tuple[EvidenceSet, ...], change: Mapping[str, str]) -> tuple[EvidenceSet, ...]:
    """Return the sets with variables called by their new names."""
    return tuple(
        EvidenceSet(
            each.name, Evidence({change.get(n, n): s for n, s in each.evidence.items()}), each.soft.renamed(change)
        )
        for each in sets
    )


def fitting_ties(ugm: UGM, ties: tuple[Tie, ...]) -> tuple[Tie, ...]:
    """Return the ties whose factors are there with equal tables; the same object where nothing goes."""
    if not ties:
        return ties
    tables: dict[tuple[str, ...], np.ndarray] = {}
    wanted = {scope for tie in ties for scope in tie}
    for factor in ugm.factors:
        if factor.scope in wanted:
            tables.setdefault(factor.scope, factor.log_table)
    fitting = []
    for tie in ties:
        present = [scope for scope in tie if scope in tables]
        equal = tuple(
            s for s in present if tables[s] is tables[present[0]] or np.array_equal(tables[s], tables[present[0]])
        )
        if len(equal) > 1:
            fitting.append(tie if equal == tie else equal)
    same = len(fitting) == len(ties) and all(a is b for a, b in zip(fitting, ties, strict=True))
    return ties if same else tuple(fitting)


def same_fit(a: FitRecord, b: FitRecord) -> bool:
    """Whether two rows of the table of fits are equal, their models bit for bit."""
    if (a.ugm is None) != (b.ugm is None) or (a.ugm and b.ugm and not a.ugm.same_as(b.ugm)):
        return False
    return all(getattr(a, f) == getattr(b, f) for f in FitRecord.__slots__ if f != "ugm")
