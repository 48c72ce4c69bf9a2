"""How is a file opened or saved by its name alone?

The extension chooses the reader or writer; the module for it is imported only then, so that HDF5, msgspec and networkx
stay unloaded until they are needed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.dataset import Dataset
from models.errors import CancelToken, FileFormatError
from models.factor import Factor
from models.moral import Arc, arcs_of
from models.project import Project
from models.steps import Progress, Steps, drain
from models.ugm import UGM, Variable

from .bif import read_bif, read_bif_steps
from .formats import FORMATS, format_of, unknown_extension
from .sources import as_path, check_file, extension_of, read_bytes
from .tables import read_dataset_steps
from .uai import read_evidence, read_uai, read_uai_kind_steps
from .uai_writing import write_uai

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person should know about a file that was read without an error.

    Attributes
    ----------
    path : Path
    text : str
    unknown : tuple of str
        Fields of a project file that saving would lose.
    """

    path: Path
    text: str
    unknown: tuple[str, ...] = ()


def read_project(path: str | Path) -> Project:
    """Read a project file; see `models.files.project_json.read_project`."""
    from .project_json import read_project as read

    return read(path)


def write_project(project: Project, path: str | Path) -> None:
    """Write a project file; see `models.files.project_json.write_project`."""
    from .project_json import write_project as write

    write(project, path)


def read_graph(path: str | Path) -> nx.Graph:
    """Read a PACE `.gr` file; see `models.files.pace.read_graph`."""
    from .pace import read_graph as read

    return read(path)


def read_model(path: str | Path) -> UGM:
    """Read a model by its extension.

    Parameters
    ----------
    path : str or Path
        `.uai`, whose variable i is called `x{i}`; `.bif`, a Bayesian network, whose tables become factors over the
        parents and then the child; or `.clique`, whose model is returned. `.gz` may follow.

    Raises
    ------
    FileFormatError
        An unknown extension (the message lists those that are known), or whatever the reader objects to.
    """
    path = as_path(path)
    known = format_of(path)
    if known is not None and known.gives == "model":
        return read_bif(path) if extension_of(path) == ".bif" else read_uai(path)
    if known is not None and known.gives == "project":
        return read_project(path).ugm
    raise unknown_extension(
        path, "read models from", [entry for entry in FORMATS if entry.gives in {"model", "project"}]
    )


def write_model(ugm: UGM, path: str | Path) -> None:
    """Write a model by its extension, replacing an old file in one step.

    Parameters
    ----------
    ugm : UGM
    path : str or Path
        `.uai` (names and labels are lost) or `.clique` (a project with the variables laid out).

    Raises
    ------
    FileFormatError
        An unknown extension, or the file cannot be written; an old file is as it was.
    """
    path = as_path(path)
    known = format_of(path)
    if known is None or not known.writable or path.suffix.lower() == ".gz":
        raise unknown_extension(path, "write models to", [entry for entry in FORMATS if entry.writable])
    if known.gives == "model":
        write_uai(ugm, path)
        return
    write_project(drain(_placed_steps(ugm, "", None)), path)


def read_any(path: str | Path) -> Project | Dataset:
    """Open whatever the extension says.

    Parameters
    ----------
    path : str or Path
        A project; a UAI model, laid out, with the evidence of a file of the same name plus ".evid" if there is one; a
        Bayesian network in BIF, laid out (its arcs, as those of a UAI file of type BAYES, are kept in the project); a
        PACE graph, whose vertex 1 becomes a variable called "1" with two states and whose edges favour equal states
        two to one; or a table.

    Returns
    -------
    Project or Dataset

    Raises
    ------
    FileFormatError
        An unknown extension (the message lists those that are known), or whatever the reader objects to.
    """
    return drain(read_any_steps(path))


def read_any_steps(path: str | Path, cancel: CancelToken | None = None) -> Steps[Project | Dataset]:
    """Open whatever the extension says, in slices; see `read_any`. Yields Progress, and a Remark where there is one."""
    path = as_path(path)
    known = format_of(path)
    yield Progress(0, None, f"Opening {path.name}")
    if known is None:
        check_file(path, math.inf)  # a name mistyped, or a folder, is the likelier fault
        raise unknown_extension(path, "open", [entry for entry in FORMATS if entry.gives not in {"evidence", "answer"}])
    if known.gives == "evidence":
        raise FileFormatError(
            path, "This is evidence for a model. Open the model; evidence beside it under the same name is used."
        )
    if known.gives == "answer":
        raise FileFormatError(path, "This holds answers about a model. Open the model and compute them.")
    if known.gives == "data":
        return (yield from read_dataset_steps(path, cancel=cancel))
    if known.gives == "project":
        return (yield from _project_steps(path))
    if known.gives == "graph":
        graph = read_graph(path)
        if graph.graph["notes"]:
            yield Remark(path, " ".join(graph.graph["notes"]))
        return (yield from _placed_steps(_ugm_of(graph), path.name.removesuffix(".gz").removesuffix(".gr"), cancel))
    return (yield from _model_steps(path, cancel))


def _project_steps(path: Path) -> Steps[Project]:
    """Open a project file, and say what in it this version does not know."""
    from .project_json import MAX_BYTES, parse_project
    from .project_unknown import unknown_fields

    content = read_bytes(path, MAX_BYTES)
    project = parse_project(content, path)
    yield None
    unknown = unknown_fields(content.removeprefix(b"\xef\xbb\xbf"))
    if unknown:
        shown = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        yield Remark(
            path,
            f"{path.name} was saved by a newer Clique. What this one does not know would be lost if you saved over it: "
            f"{shown}. Save under another name, or get the newer Clique.",
            unknown,
        )
    return project


def _model_steps(path: Path, cancel: CancelToken | None) -> Steps[Project]:
    """Open a model, with its arcs if it was a Bayesian network and the evidence beside it."""
    extension = extension_of(path)
    title = path.name[: path.name.lower().rindex(extension)]
    if extension == ".bif":
        ugm, is_bayes = (yield from read_bif_steps(path, cancel=cancel)), True
    else:
        ugm, is_bayes = yield from read_uai_kind_steps(path, cancel=cancel)
    project = yield from _placed_steps(ugm, title, cancel, arcs_of(ugm) if is_bayes else ())
    names = dict.fromkeys([path.name, path.name.removesuffix(".gz")])
    beside = (path.with_name(name + end) for name in names for end in (".evid", ".evid.gz"))
    found = next((evidence for evidence in beside if evidence.exists()), None)
    return project if found is None else project.with_evidence(read_evidence(found, ugm))


def _ugm_of(graph: nx.Graph) -> UGM:
    """Return a model with two states per vertex, no preference, and the coupling of a newly drawn edge."""
    import numpy as np

    names = {vertex: str(vertex) for vertex in graph.nodes}
    coupling = np.log(1.0 + np.eye(2))
    factors = [Factor((name,), np.zeros(2)) for name in names.values()]
    factors += [Factor((names[a], names[b]), coupling) for a, b in graph.edges if a != b]
    return UGM([Variable.of_size(name, 2) for name in names.values()], factors)


def _placed_steps(ugm: UGM, title: str, cancel: CancelToken | None, arcs: tuple[Arc, ...] = ()) -> Steps[Project]:
    from models.layouts import spring_steps

    positions = yield from spring_steps(ugm.names, ugm.edges, cancel)
    return Project(ugm=ugm, positions=positions, title=title, arcs=arcs)
