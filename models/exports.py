"""What can be taken out of a project for other programs, and how is such a file made?

`KINDS` is the one table. An `ExportFile` is a job like any other: the worker computes what is asked for, so that the
numbers are those of the project given and not of whatever was computed last, and every file replaces an old one in one
step. A `WriteContent` writes what somebody else can make, for instance a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .answers import answer_steps
from .errors import CancelToken, DataError, ModelError, TooLargeError
from .payloads import Outcome, Pace, Payload
from .project import Project
from .steps import Progress

if TYPE_CHECKING:
    from .exact import Inference


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that a project can be exported as.

    Attributes
    ----------
    key : str
    name : str
        What to call it in a list.
    suffix : str
        With the dot.
    about : str
        What is in it, one sentence or two.
    """

    key: str
    name: str
    suffix: str
    about: str


KINDS = {
    kind.key: kind
    for kind in (
        Kind("tikz", "TikZ", ".tex", "A LaTeX document that compiles by itself, with the styles at its top."),
        Kind(
            "marginals", "Marginals", ".csv",
            "Every variable's probabilities, given the evidence and without it; one row for each state.",
        ),
        Kind(
            "pairwise", "Pairwise marginals", ".csv",
            "What the two ends of every edge do together, given the evidence; one row for each pair of states.",
        ),
        Kind("factors", "Factor tables", ".csv", "Potentials and their logs; one row for each entry of each table."),
        Kind("fits", "Table of fits", ".csv", "What was fitted, how well, and what it says; one row for each fit."),
        Kind(
            "uai", "UAI model with evidence", ".uai",
            "For toulbar2, Merlin, pyAgrum and others. The clamps go into a second file, .uai.evid. Names are not part "
            "of the format: variables are numbered from 0, in model order.",
        ),
        Kind("pace", "PACE graph", ".gr", "The graph alone, for programs that search tree decompositions."),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class ExportFile:
    """Write a project as one of `KINDS` -> `Exported`.

    Attributes
    ----------
    kind : str
    project : Project
    path : Path
    options : mapping
        Of `models.files.tikz.tikz`; and "conditional": draw the conditional model alone.
    """

    kind: str
    project: Project
    path: Path
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class WriteContent:
    """Write what `make()` returns -> `Exported`. It is called on the worker's thread."""

    path: Path
    make: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes
    ----------
    paths : tuple of Path
    note : str
        What a person should know about it; empty for nothing.
    """

    paths: tuple[Path, ...]
    note: str = ""


def evidence_path(path: Path) -> Path:
    """Return where the evidence of a UAI model goes: beside it, under the same name and ".evid"."""
    return path.with_name(path.name + ".evid")


@answer_steps.register
def _export(job: ExportFile, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    yield Progress(0, None, f"Exporting {job.path.name}")
    contents, note = yield from _content_steps(job, cancel)
    cancel.check()
    yield Outcome(Exported(_write(contents), note))


@answer_steps.register
def _write_content(job: WriteContent, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    yield Progress(0, None, f"Exporting {job.path.name}")
    content = job.make()
    cancel.check()
    yield Outcome(Exported(_write({job.path: content})))


def _write(contents: Mapping[Path, bytes]) -> tuple[Path, ...]:
    from .files.saving import check_place, write_bytes

    for path in contents:  # all of them or none, as far as can be known beforehand
        check_place(path)
    for path, content in contents.items():
        write_bytes(path, content)
    return tuple(contents)


def _content_steps(job: ExportFile, cancel: CancelToken) -> Generator[Payload, None, tuple[dict[Path, bytes], str]]:
    project, path = job.project, job.path
    if job.kind != "fits" and not project.ugm.variables:
        raise ModelError("There is nothing to export yet. Add a variable first.")
    if job.kind == "tikz":
        from .files.tikz import tikz

        options = dict(job.options)
        if options.pop("conditional", False):
            project = _conditional(project)
        return {path: tikz(project, **options).encode("utf-8", "replace")}, ""
    if job.kind == "pace":
        from .files.pace import graph_text

        return {path: graph_text(project.ugm.names, project.ugm.edges).encode("utf-8", "replace")}, ""
    if job.kind == "uai":
        return _uai(project, path)
    return {path: (yield from _table_steps(job.kind, project, cancel))}, ""


def _conditional(project: Project) -> Project:
    """Return what clamping leaves of a project's graph."""
    from .conditioning import condition

    left = condition(project.ugm, project.evidence).ugm
    return Project(ugm=left, positions=project.positions, title=project.title, soft=project.soft)


def _uai(project: Project, path: Path) -> tuple[dict[Path, bytes], str]:
    from .files.uai_writing import evidence_text, uai_text
    from .soft_evidence import with_soft_evidence

    ugm = with_soft_evidence(project.ugm, project.soft)
    note = ""
    if project.soft:
        note = "Soft evidence is in the model as factors, as a UAI file has no other place for it."
    model, evidence = uai_text(ugm), evidence_text(ugm, project.evidence)
    return {path: model.encode("ascii"), evidence_path(path): evidence.encode("ascii")}, note


def _table_steps(kind: str, project: Project, cancel: CancelToken) -> Generator[Payload, None, bytes]:
    from .files import numbers

    if kind == "fits":
        if not project.fits:
            raise DataError("Nothing has been fitted yet. Choose data and fit a model first.")
        return numbers.csv_bytes(numbers.fit_rows(project.fits))
    if kind == "factors":
        return numbers.csv_bytes(numbers.factor_rows(project.ugm))
    if kind == "pairwise":
        found = yield from _infer_steps(project, cancel, pairwise=True)
        return numbers.csv_bytes(numbers.pairwise_rows(project.ugm, found))
    if kind != "marginals":
        raise ValueError(f"{kind} is no kind of export.")
    found = yield from _infer_steps(project, cancel)
    prior: Inference | None = found
    if project.evidence or project.soft:
        try:
            prior = yield from _infer_steps(Project(ugm=project.ugm), cancel)
        except TooLargeError:
            prior = None
    return numbers.csv_bytes(numbers.marginal_rows(project, found, prior))


def _infer_steps(project: Project, cancel: CancelToken, pairwise: bool = False) -> Generator[Any, None, Inference]:
    from .exact import infer_steps

    return (yield from infer_steps(project.ugm, project.evidence, cancel=cancel, pairwise=pairwise, soft=project.soft))
