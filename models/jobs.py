"""Which questions can the window ask, and how is each one answered in slices?

A job is a frozen value. `run(job, cancel, pace)` returns an iterator of payloads that never raises: a `Progress` or
`Snapshot` about every 10 ms while it works (None when there is nothing to say), then one `Outcome` or `Failure`. The
worker knows nothing of graphs; it only advances such iterators in turn.
"""

from __future__ import annotations

import traceback
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from functools import singledispatch
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from .conditioning import Conditioned, Evidence, condition
from .errors import Cancelled, CancelToken, CliqueError, TooLargeError
from .project import DataReference, FitRecord, Group
from .steps import Progress, drain
from .ugm import UGM
from .verdict import Verdict, verdict

if TYPE_CHECKING:
    from .dataset import Dataset
    from .exact import Forecast, Inference
    from .exact_treewidth import TreewidthResult

T = TypeVar("T")

# --- payloads ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A partial result; a newer one replaces it."""

    value: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result; the last payload of a job that succeeds."""

    value: Any


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no result; the last payload of a job that fails.

    Attributes
    ----------
    error : Exception
        A `CliqueError` is for the user; anything else is a defect.
    traceback_text : str
        For the details view of a defect.
    """

    error: Exception
    traceback_text: str = ""


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing to do for a while: do not advance me before `seconds` have passed."""

    seconds: float


Payload = Progress | Snapshot | Outcome | Failure | Idle | None


@dataclass(slots=True)
class Pace:
    """How fast a running sampler goes: shared by the window, which writes, and the run, which reads.

    Single attributes are read and written whole, so no lock is needed.

    Attributes
    ----------
    updates_per_second : float or None
        None for as fast as it can.
    paused : bool
    pending : int
        Single steps asked for while paused; the run counts them down.
    """

    updates_per_second: float | None = None
    paused: bool = False
    pending: int = 0


# --- jobs and their results --------------------------------------------------------------------------------------


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


# --- running -----------------------------------------------------------------------------------------------------


class _Cache:
    """The newest few results by identity of what they were computed from (kept alive here, so ids stay unique)."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Any, tuple[Any, Any]] = OrderedDict()

    def get(self, key: Any) -> Any:
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][1]
        return None

    def put(self, key: Any, owner: Any, value: Any) -> None:
        self._kept[key] = (owner, value)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)


_WIDTHS = _Cache(64)  # by graph: releasing a clamp asks again about a graph just searched
_PRIORS = _Cache(4)  # by model: clamping does not change the answer without evidence


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
    try:
        yield from _answer(job, cancel, pace or Pace())
    except Cancelled:
        return
    except CliqueError as error:
        yield Failure(error)
    except MemoryError as error:
        text = "The computer ran out of memory. Clamp some variables, close other programs, or use sampling."
        yield Failure(TooLargeError(text, float("nan"), float("nan")), "".join(traceback.format_exception(error)))
    except Exception as error:  # noqa: BLE001 - the boundary of the worker: a defect must not end it
        yield Failure(error, "".join(traceback.format_exception(error)))


def _forward(
    steps: Generator[Any, None, T], cancel: CancelToken, wrap: Callable[[Any], Payload]
) -> Generator[Payload, None, T]:
    """Advance sliced work, wrapping what it yields; progress and silence pass as they are."""
    while True:
        cancel.check()
        try:
            value = next(steps)
        except StopIteration as stop:
            result: T = stop.value
            return result
        yield value if value is None or isinstance(value, Progress) else wrap(value)


@singledispatch
def _answer(job: Any, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    raise TypeError(f"There is no way to answer a {type(job).__name__}.")


@_answer.register
def _structure(job: AnalyseStructure, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .exact import DEFAULT_MAX_BYTES, forecast

    conditioned = condition(job.ugm, job.evidence)
    whole = condition(job.ugm) if job.evidence else conditioned
    forecasts = {id(c): forecast(c.ugm) for c in (whole, conditioned)}

    def judge(c: Conditioned, result: TreewidthResult) -> Verdict:
        return verdict(c.ugm, c.components, result, forecasts[id(c)], DEFAULT_MAX_BYTES, c.evidence, job.groups)

    def report(before: TreewidthResult, after: TreewidthResult, final: bool) -> StructureReport:
        return StructureReport(
            before,
            after,
            forecasts[id(conditioned)],
            conditioned.components,
            judge(whole, before),
            judge(conditioned, after),
            final,
        )

    # What is left first: it is what the person waits for. Each search yields its heuristic bounds at once.
    searches = [_Search(conditioned.ugm, job.time_limit, cancel)]
    if whole is not conditioned:
        searches.append(_Search(whole.ugm, job.time_limit, cancel))
    for search in searches:
        search.advance()
    yield Snapshot(report(searches[-1].result, searches[0].result, all(s.done for s in searches)))
    for search in searches:
        while not search.done:
            cancel.check()
            changed = search.advance()
            final = all(s.done for s in searches)
            yield Snapshot(report(searches[-1].result, searches[0].result, final)) if changed else None
    yield Outcome(report(searches[-1].result, searches[0].result, True))


class _Search:
    """A treewidth search that remembers its newest result and finished graphs."""

    def __init__(self, ugm: UGM, time_limit: float, cancel: CancelToken) -> None:
        from .exact_treewidth import treewidth_steps

        self._ugm = ugm
        self._key = (ugm.names, ugm.edges)
        known = _WIDTHS.get(self._key)
        self.done = known is not None
        self.result: TreewidthResult = known
        self._steps = treewidth_steps(ugm, time_limit=time_limit, cancel=cancel)

    def advance(self) -> bool:
        """Do one slice (slices up to the first bounds at the start); return whether the bounds changed."""
        if self.done:
            return False
        while True:
            try:
                value = next(self._steps)
            except StopIteration as stop:
                self.result, self.done = stop.value, True
                if self.result.exact:
                    _WIDTHS.put(self._key, self._ugm, self.result)
                return True
            if value is not None:
                self.result = value
                return True
            if self.result is not None:
                return False


@_answer.register
def _infer(job: Infer, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .exact import infer_steps, probability

    def nothing(_: Any) -> Payload:
        return None

    inference = yield from _forward(infer_steps(job.ugm, job.evidence, cancel=cancel), cancel, nothing)
    prior = inference if not job.evidence else _PRIORS.get(id(job.ugm))
    if prior is None:
        try:
            prior = yield from _forward(infer_steps(job.ugm, cancel=cancel), cancel, nothing)
        except TooLargeError:
            prior = None
    if prior is not None:
        _PRIORS.put(id(job.ugm), job.ugm, prior)
    p_query = None
    if job.query:
        if len(job.query) == 1:
            name, state = next(iter(job.query.items()))
            p_query = float(inference.marginals[name][state])
        else:
            yield None
            p_query = probability(job.ugm, job.query, job.evidence)
    yield Outcome(InferenceReport(inference, prior, p_query))


@_answer.register
def _fit(job: Fit, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .fit_report import report
    from .learning import fit_steps

    steps = fit_steps(job.dataset, job.factors, optimizer=job.optimizer, l2=job.l2, cancel=cancel)
    result = yield from _forward(steps, cancel, Snapshot)
    cancel.check()
    yield Outcome(report(job.dataset, result, job.label, seed=job.seed))


@_answer.register
def _describe(job: DescribeData, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .fit_report import data_record

    yield Outcome(data_record(job.dataset))


@_answer.register
def _sample(job: Sample, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .exact import infer_steps, probability
    from .samplers.live import sample_run_steps

    exact, p_event = None, None
    try:
        exact = yield from _forward(infer_steps(job.ugm, job.evidence, cancel=cancel), cancel, lambda _: None)
        if job.event:
            p_event = probability(job.ugm, job.event, job.evidence)
    except TooLargeError:
        pass  # a model too large for exact answers is what samplers are for; the plots show no outline
    steps = sample_run_steps(
        job.ugm,
        job.evidence,
        job.method,
        job.seed,
        pace,
        dict(job.event),
        job.watch,
        exact=exact,
        p_event=p_event,
        cancel=cancel,
    )
    yield from _forward(steps, cancel, lambda v: Idle(v) if isinstance(v, float) else Snapshot(v))


@_answer.register
def _open(job: OpenFile, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .files import read_any_steps

    yield Outcome((yield from _forward(read_any_steps(job.path, cancel=cancel), cancel, Snapshot)))


@_answer.register
def _load(job: LoadData, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    if job.reference.source == "bundled:pins":
        from .pins import bundled_pins

        yield Progress(0, None, "Reading the bundled PINs")
        yield Outcome(bundled_pins())
        return
    from .files import read_dataset_steps

    steps = read_dataset_steps(Path(job.reference.source), cancel=cancel, **dict(job.reference.options))
    yield Outcome((yield from _forward(steps, cancel, Snapshot)))


@_answer.register
def _warm(job: WarmKernels, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .kernels import warm_steps

    yield from _forward(warm_steps(), cancel, Snapshot)
    yield Outcome(None)


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
