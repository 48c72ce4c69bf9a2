"""How is each job answered in slices?

One generator per job class, registered on `answer_steps`. Each joins algorithms of `models` and decides nothing that a
script could not: what is computed first, what is remembered between questions, what is skipped when it is too large.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator
from functools import singledispatch
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from .conditioning import Conditioned, condition
from .errors import CancelToken, TooLargeError, ZeroMassError
from .jobs import (
    AnalyseStructure,
    DescribeData,
    Fit,
    Infer,
    InferenceReport,
    LoadData,
    OpenFile,
    Sample,
    StructureReport,
    WarmKernels,
)
from .payloads import Idle, Outcome, Pace, Payload, Snapshot
from .soft_evidence import with_soft_evidence
from .steps import Progress
from .ugm import UGM
from .verdict import Verdict, verdict

if TYPE_CHECKING:
    from .costs import Forecast
    from .exact_treewidth import TreewidthResult

T = TypeVar("T")


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


_AT_ONCE = 0.012  # seconds of work within which a person sees one answer come, not bounds and then an answer
_WIDTHS = _Cache(64)  # by graph: releasing a clamp asks again about a graph just searched
_WHOLES = _Cache(4)  # by model: nor what it is without clamps
_PRIORS = _Cache(4)  # by model: clamping does not change the answer without evidence


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
def answer_steps(job: Any, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    """Answer one job in slices; registered by the job's class."""
    raise TypeError(f"There is no way to answer a {type(job).__name__}.")


@answer_steps.register
def _structure(job: AnalyseStructure, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .costs import forecast_steps, memory_limit

    whole = _WHOLES.get(id(job.ugm)) or condition(job.ugm)
    _WHOLES.put(id(job.ugm), job.ugm, whole)
    conditioned = condition(job.ugm, job.evidence) if job.evidence else whole
    # Asked of the model and its clamps, as inference is, so that both use one plan.
    forecasts: dict[int, Forecast] = {}
    for c in (whole, conditioned):
        if id(c) not in forecasts:
            forecasts[id(c)] = yield from _forward(forecast_steps(job.ugm, c.evidence), cancel, lambda _: None)
    judged: dict[int, tuple[TreewidthResult, Verdict]] = {}

    def judge(c: Conditioned, result: TreewidthResult) -> Verdict:
        if id(c) not in judged or judged[id(c)][0] is not result:
            found = verdict(c.ugm, c.components, result, forecasts[id(c)], memory_limit(), c.evidence, job.groups)
            judged[id(c)] = result, found
        return judged[id(c)][1]

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
    started = time.thread_time()
    searches = [_Search(conditioned.ugm, job.time_limit, cancel)]
    if whole is not conditioned:
        searches.append(_Search(whole.ugm, job.time_limit, cancel))
    for search in searches:
        search.advance()
    told = False
    for search in searches:
        while not search.done:
            # What is about to be known for good is told once: a window would paint everything twice.
            if told or time.thread_time() - started < _AT_ONCE:
                yield None
            else:
                yield Snapshot(report(searches[-1].result, searches[0].result, False))
                told = True
            cancel.check()
            told = not search.advance() and told
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


@answer_steps.register
def _infer(job: Infer, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .exact import infer_steps, probability_steps

    def nothing(_: Any) -> Payload:
        return None

    steps = infer_steps(job.ugm, job.evidence, cancel=cancel, soft=job.soft)
    inference = yield from _forward(steps, cancel, nothing)
    prior = inference if not job.evidence and not job.soft else _PRIORS.get(id(job.ugm))
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
            asked = probability_steps(job.ugm, job.query, job.evidence, cancel=cancel, soft=job.soft)
            p_query = yield from _forward(asked, cancel, nothing)
    yield Outcome(InferenceReport(inference, prior, p_query))


@answer_steps.register
def _fit(job: Fit, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .fit_report import report_steps
    from .learning import fit_steps

    steps = fit_steps(job.dataset, job.factors, optimizer=job.optimizer, l2=job.l2, cancel=cancel)
    result = yield from _forward(steps, cancel, Snapshot)
    row = report_steps(job.dataset, result, job.label, seed=job.seed)
    yield Outcome((yield from _forward(row, cancel, Snapshot)))


@answer_steps.register
def _describe(job: DescribeData, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .fit_report import data_record

    yield Outcome(data_record(job.dataset))


@answer_steps.register
def _sample(job: Sample, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .conflict import impossible, smallest_conflict_steps
    from .exact import infer_steps, probability_steps
    from .samplers.live import sample_run_steps

    exact, p_event = None, None
    try:
        inferring = infer_steps(job.ugm, job.evidence, cancel=cancel, soft=job.soft)
        exact = yield from _forward(inferring, cancel, lambda _: None)
        if job.event:
            asked = probability_steps(job.ugm, job.event, job.evidence, cancel=cancel, soft=job.soft)
            p_event = yield from _forward(asked, cancel, lambda _: None)
    except TooLargeError:
        pass  # a model too large for exact answers is what samplers are for; the plots show no outline
    weighed = with_soft_evidence(job.ugm, job.soft)  # the likelihoods are factors like any other to a sampler
    steps = sample_run_steps(
        weighed,
        job.evidence,
        job.method,
        job.seed,
        pace,
        dict(job.event),
        job.watch,
        exact=exact,
        p_event=p_event,
        cancel=cancel,
        blocks=job.blocks,
    )
    try:
        yield from _forward(steps, cancel, lambda v: Idle(v) if isinstance(v, float) else Snapshot(v))
    except ZeroMassError:
        # The chain sees only what clamping left of the model, and cannot say which clamps are at fault.
        conflict = yield from _forward(smallest_conflict_steps(weighed, job.evidence, cancel=cancel), cancel, Snapshot)
        raise impossible(weighed, job.evidence, conflict) from None


@answer_steps.register
def _open(job: OpenFile, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .files import read_any_steps

    yield Outcome((yield from _forward(read_any_steps(job.path, cancel=cancel), cancel, Snapshot)))


@answer_steps.register
def _load(job: LoadData, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    if job.reference.source == "bundled:pins":
        from .pins import bundled_pins

        yield Progress(0, None, "Reading the bundled PINs")
        yield Outcome(bundled_pins())
        return
    from .files import read_dataset_steps

    steps = read_dataset_steps(Path(job.reference.source), cancel=cancel, **dict(job.reference.options))
    yield Outcome((yield from _forward(steps, cancel, Snapshot)))


@answer_steps.register
def _warm(job: WarmKernels, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .kernels import warm_steps

    yield from _forward(warm_steps(), cancel, Snapshot)
    yield Outcome(None)
