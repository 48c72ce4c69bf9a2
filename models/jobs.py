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
from .project import DataReference, EvidenceSet, FitRecord, Group
from .soft_evidence import SoftEvidence
from .steps import Progress, drain
from .ugm import UGM
from .verdict import Verdict

if TYPE_CHECKING:
    from .dataset import Dataset
    from .exact import Forecast, Inference
    from .exact_treewidth import TreewidthResult
    from .factor import Floats
    from .separation import Separation


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
    """Exact log Z and marginals given the evidence, hard and soft, and p(query | evidence) -> `InferenceReport`."""

    ugm: UGM
    evidence: Evidence = field(default_factory=Evidence)
    query: Mapping[str, int] = field(default_factory=dict)
    soft: SoftEvidence = field(default_factory=SoftEvidence)


@dataclass(frozen=True, slots=True, eq=False)
class InferenceReport:
    """Exact answers.

    Attributes
    ----------
    inference : Inference
        Given the evidence: of the model times the likelihoods.
    prior : Inference or None
        Without any evidence; None when that is too large to compute.
    p_query : float or None
        p(query | evidence); None without a query.
    """

    inference: Inference
    prior: Inference | None
    p_query: float | None

    @property
    def log_p_evidence(self) -> float | None:
        """Log probability of the evidence in nats; None when the model without evidence is too large.

        With soft evidence, the log of p(clamps) times the expected product of the likelihoods, as they were given: it
        can be above 0 where likelihoods are above 1.
        """
        return None if self.prior is None else self.inference.log_z - self.prior.log_z


@dataclass(frozen=True, slots=True, eq=False)
class CompareSets:
    """Marginals of some evidence sets, log Z and p(evidence) of more -> `SetsReport`; snapshots are the report so far.

    Attributes
    ----------
    ugm : UGM
    sets : tuple of EvidenceSet
    shown : tuple of str
        Names of the sets whose marginals are wanted; they are answered first.
    """

    ugm: UGM
    sets: tuple[EvidenceSet, ...]
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SetAnswer:
    """What one evidence set says.

    Attributes
    ----------
    name : str
    log_z : float or None
        Of the model given this evidence, in nats; minus infinity when it is impossible, None when it is too large.
    log_p_evidence : float or None
        See `InferenceReport.log_p_evidence`; None when that, or the model without evidence, is too large.
    marginals : mapping of str to ndarray or None
        Of every variable; None unless asked for and defined.
    problem : str
        Why there are no marginals; empty when there are or none were asked for.
    """

    name: str
    log_z: float | None
    log_p_evidence: float | None
    marginals: Mapping[str, Floats] | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SetsReport:
    """Answers by the name of the set; sets that are still to come are missing."""

    answers: Mapping[str, SetAnswer]


@dataclass(frozen=True, slots=True, eq=False)
class CheckIndependence:
    """Whether two sets of variables are separated by the clamps -> `IndependenceReport`; the first snapshot is quick.

    Attributes
    ----------
    ugm : UGM
    a, b : tuple of str
    evidence : Evidence
    soft : SoftEvidence
        Changes numbers; it separates only where it leaves a variable a single state, which is as good as a clamp.
    """

    ugm: UGM
    a: tuple[str, ...]
    b: tuple[str, ...]
    evidence: Evidence = field(default_factory=Evidence)
    soft: SoftEvidence = field(default_factory=SoftEvidence)


@dataclass(frozen=True, slots=True, eq=False)
class IndependenceReport:
    """What the graph promises, and what the numbers say.

    Attributes
    ----------
    separation : Separation
    offer : mapping of str to int
        States for the variables of `separation.separator`: those of a most probable joint state, so that clamping them
        is possible. Empty when there is nothing to offer or it is not known yet.
    mutual_information : float or None
        Of the two sets given the evidence, in nats; None when not known (yet), see `problem`.
    problem : str
        Why there is no mutual information.
    final : bool
        False while numbers are still to come.
    """

    separation: Separation
    offer: Mapping[str, int] = field(default_factory=dict)
    mutual_information: float | None = None
    problem: str = ""
    final: bool = False


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
    """Run a sampler until cancelled; snapshots are `SampleSnapshot`. Blocks are for the method that draws them at once.

    Without blocks such a sampler designs its own.
    """

    ugm: UGM
    evidence: Evidence = field(default_factory=Evidence)
    method: str = "gibbs"
    seed: int = 0
    event: Mapping[str, int] = field(default_factory=dict)
    watch: tuple[str, ...] = ()
    soft: SoftEvidence = field(default_factory=SoftEvidence)
    blocks: tuple[tuple[str, ...], ...] | None = None


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
    from . import evidence_answers, width_jobs  # noqa: F401 - they register the answers to their questions
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
    "CheckIndependence",
    "CompareSets",
    "DescribeData",
    "Failure",
    "Fit",
    "FitRecord",
    "Idle",
    "IndependenceReport",
    "Infer",
    "InferenceReport",
    "LoadData",
    "OpenFile",
    "Outcome",
    "Pace",
    "Payload",
    "Progress",
    "Sample",
    "SetAnswer",
    "SetsReport",
    "Snapshot",
    "StructureReport",
    "Verdict",
    "WarmKernels",
    "answer",
    "run",
]
