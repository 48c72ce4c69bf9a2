"""Which questions about treewidth can the window ask beside `AnalyseStructure`, and how are they answered in slices?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .answers import _forward, answer_steps
from .conditioning import Evidence
from .errors import CancelToken
from .payloads import Outcome, Pace, Payload, Snapshot
from .project import Group, Position, Project
from .soft_evidence import SoftEvidence
from .ugm import UGM

if TYPE_CHECKING:
    from .certificate import Certificate
    from .elimination_game import Score
    from .exact_treewidth import TreewidthResult


@dataclass(frozen=True, slots=True, eq=False)
class Advise:
    """What to clamp so that treewidth `width` is left -> `Advice`; snapshots are better and better advice."""

    ugm: UGM
    evidence: Evidence = field(default_factory=Evidence)
    width: int = 1
    time_limit: float = 30.0
    soft: SoftEvidence = field(default_factory=SoftEvidence)


@dataclass(frozen=True, slots=True, eq=False)
class DesignBlocks:
    """A partition of the free variables into few narrow blocks -> `Blocks`."""

    ugm: UGM
    evidence: Evidence = field(default_factory=Evidence)
    width: int = 1
    positions: Mapping[str, Position] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class TellGrowth:
    """How the treewidth grows with the pattern -> `Growth` or None."""

    ugm: UGM
    evidence: Evidence = field(default_factory=Evidence)
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SendMessages:
    """Every message of a tree decomposition -> `MessageRun`."""

    ugm: UGM
    bags: tuple[frozenset[str], ...]
    tree: tuple[tuple[int, int], ...]
    root: int = 0
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True, eq=False)
class AskStack:
    """What clamping pairs of layers does to a stack -> tuple of `StackAnswer`."""

    project: Project


@dataclass(frozen=True, slots=True, eq=False)
class Prove:
    """Why a treewidth result holds, and what a Gibbs sweep adds up -> `Proof`."""

    ugm: UGM
    result: TreewidthResult
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """What `Prove` answers.

    Attributes
    ----------
    certificate : Certificate
    sweep_additions : int
        Log potentials that one Gibbs sweep adds up.
    """

    certificate: Certificate
    sweep_additions: int


@dataclass(frozen=True, slots=True, eq=False)
class CompareRules:
    """The order of every greedy rule, and what it costs -> mapping of a rule's name to `Ruled`."""

    ugm: UGM
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True, eq=False)
class Ruled:
    """An order, and what it costs.

    Attributes
    ----------
    order : tuple of str
    score : Score
    """

    order: tuple[str, ...]
    score: Score


@dataclass(frozen=True, slots=True, eq=False)
class ScoreOrder:
    """What an elimination order costs -> `Ruled`."""

    ugm: UGM
    order: tuple[str, ...]
    evidence: Evidence = field(default_factory=Evidence)


def _nothing(_: Any) -> Payload:
    return None


@answer_steps.register
def _advise(job: Advise, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .advisor import advise_steps

    steps = advise_steps(job.ugm, job.evidence, job.width, job.time_limit, cancel, soft=job.soft)
    yield Outcome((yield from _forward(steps, cancel, Snapshot)))


@answer_steps.register
def _design(job: DesignBlocks, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .blocks import design_blocks_steps

    steps = design_blocks_steps(job.ugm, job.evidence, job.width, positions=job.positions or None, cancel=cancel)
    yield Outcome((yield from _forward(steps, cancel, _nothing)))


@answer_steps.register
def _grow(job: TellGrowth, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .growth import growth_steps

    steps = growth_steps(job.ugm, job.evidence, job.groups, cancel)
    yield Outcome((yield from _forward(steps, cancel, _nothing)))


@answer_steps.register
def _send(job: SendMessages, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .messages import send_messages

    yield Outcome(send_messages(job.ugm, job.bags, job.tree, job.root, job.evidence))


@answer_steps.register
def _ask_stack(job: AskStack, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .stack_questions import stack_questions_steps

    yield Outcome((yield from _forward(stack_questions_steps(job.project, cancel=cancel), cancel, _nothing)))


@answer_steps.register
def _prove(job: Prove, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .certificate import certificate, sweep_additions

    proof = certificate(job.ugm, job.result, job.evidence)
    yield None
    yield Outcome(Proof(proof, sweep_additions(job.ugm, job.evidence)))


@answer_steps.register
def _compare_rules(job: CompareRules, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .elimination_game import HEURISTICS, Game

    game = Game.of(job.ugm, job.evidence)
    found = {}
    for rule in HEURISTICS:
        order = yield from _forward(game.heuristic_steps(rule), cancel, _nothing)
        found[rule] = Ruled(order, (yield from _forward(game.score_steps(order), cancel, _nothing)))
    yield Outcome(found)


@answer_steps.register
def _score_order(job: ScoreOrder, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .elimination_game import Game

    game = Game.of(job.ugm, job.evidence)
    yield None
    yield Outcome(Ruled(job.order, (yield from _forward(game.score_steps(job.order), cancel, _nothing))))
