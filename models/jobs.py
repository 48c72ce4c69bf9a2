"""Which questions can the window ask, and what does it get back?

A job is a frozen value. `run(job, cancel, pace)` returns an iterator of payloads that never raises: a `Progress` or
`Snapshot` about every 10 ms while it works (None when there is nothing to say), then one `Outcome` or `Failure`. The
worker knows nothing of graphs; it only advances such iterators in turn.
"""

from __future__ import annotations

import traceback
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .conditioning import Evidence
from .errors import Cancelled, CancelToken, CliqueError, TooLargeError
from .payloads import Failure, Idle, Outcome, Pace, Payload, Snapshot
from .project import DataReference, FitRecord, Group
from .steps import Progress, drain
from .ugm import UGM
from .verdict import Verdict

if TYPE_CHECKING:
    from .dataset import Dataset
    from .exact import Forecast, Inference
    from .exact_treewidth import TreewidthResult


@dataclass(frozen=True, slots=True, eq=False)
class AnalyseStructure:
    """Treewidth before and after clamping, components and verdict -> `StructureReport`, bounds closing on the way."""

    ugm: UGM
    evidence: Evidence = field(default_factory=Evidence)
    groups: tuple[Group, ...] = ()
    time_limit: float = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class StructureReport:
    """What clamping does to the graph.

    Attributes
    ----------
    before, after : TreewidthResult
        Of the whole graph and of what is left.
    forecast : Forecast
        Table sizes for exact inference on what is left.
    components : tuple of tuple of str
        Of what is left.
    before_verdict, after_verdict : Verdict
    final : bool
        False while the bounds may still close.
    """

    before: TreewidthResult
    after: TreewidthResult
    forecast: Forecast
    components: tuple[tuple[str, ...], ...]
    before_verdict: Verdict
    after_verdict: Verdict
    final: bool


@dataclass(frozen=True, slots=True, eq=False)
class Infer:
    """Exact log Z and marginals given the evidence, and p(query | evidence) -> `InferenceReport`."""

    ugm: UGM
    evidence: Evidence = field(default_factory=Evidence)
    query: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class InferenceReport:
    """Exact answers.

    Attributes
    ----------
    inference : Inference
        Given the evidence.
    prior : Inference or None
        Without evidence; None when that is too large to compute.
    p_query : float or None
        p(query | evidence); None without a query.
    """

    inference: Inference
    prior: Inference | None
    p_query: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Fit a model to data -> `FitRecord`; snapshots are `FitProgress`."""

    dataset: Dataset
    factors: Any
    label: str
    optimizer: str = "l-bfgs"
    l2: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class DescribeData:
    """The data's own row of the table of fits -> `FitRecord`."""

    dataset: Dataset


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Run a sampler until cancelled; snapshots are `SampleSnapshot`."""

    ugm: UGM
    evidence: Evidence = field(default_factory=Evidence)
    method: str = "gibbs"
    seed: int = 0
    event: Mapping[str, int] = field(default_factory=dict)
    watch: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenFile:
    """Read any file the program knows -> `Project` or `Dataset`."""

    path: Path


@dataclass(frozen=True, slots=True)
class LoadData:
    """Read a data set -> `Dataset`."""

    reference: DataReference


@dataclass(frozen=True, slots=True)
class WarmKernels:
    """Load or compile every kernel -> None."""


def run(job: Any, cancel: CancelToken, pace: Pace | None = None) -> Iterator[Payload]:
    """Answer a job in slices.

    Parameters
    ----------
    job : one of the job classes of this module
    cancel : CancelToken
        Ends the iterator at its next slice, without a payload.
    pace : Pace, optional
        Read by samplers.

    Yields
    ------
    Progress, Snapshot, Idle or None while working; then one Outcome or Failure, unless cancelled.
    """
    from .answers import answer_steps

    try:
        yield from answer_steps(job, cancel, pace or Pace())
    except Cancelled:
        return
    except CliqueError as error:
        yield Failure(error)
    except MemoryError as error:
        text = "The computer ran out of memory. Clamp some variables, close other programs, or use sampling."
        yield Failure(TooLargeError(text, float("nan"), float("nan")), "".join(traceback.format_exception(error)))
    except Exception as error:  # noqa: BLE001 - the boundary of the worker: a defect must not end it
        yield Failure(error, "".join(traceback.format_exception(error)))


def answer(job: Any) -> Any:
    """Run a job to its end in this thread and return its outcome; raise its failure.

    What a panel shows can always be had this way from a three-line script.
    """

    def last() -> Generator[Any, None, Any]:
        payload: Payload = None
        for payload in run(job, CancelToken()):
            yield payload
        return payload

    payload = drain(last())
    if isinstance(payload, Failure):
        raise payload.error
    return payload.value if isinstance(payload, Outcome) else None


__all__ = [
    "AnalyseStructure",
    "DescribeData",
    "Failure",
    "Fit",
    "FitRecord",
    "Idle",
    "Infer",
    "InferenceReport",
    "LoadData",
    "OpenFile",
    "Outcome",
    "Pace",
    "Payload",
    "Progress",
    "Sample",
    "Snapshot",
    "StructureReport",
    "Verdict",
    "WarmKernels",
    "answer",
    "run",
]
