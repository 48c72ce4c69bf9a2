"""How does the window have a graph of a family made without waiting for it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .answers import answer_steps
from .errors import CancelToken
from .payloads import Outcome, Pace, Payload
from .steps import Progress


@dataclass(frozen=True, slots=True, eq=False)
class MakeGraph:
    """Make a document of a family of graphs -> `Project`.

    Attributes
    ----------
    key : str
        Of one of `models.generators.GENERATORS`.
    values : mapping of str to value
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@answer_steps.register
def _make(job: MakeGraph, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .generators import make_project_steps

    steps = make_project_steps(job.key, job.values)
    while True:
        cancel.check()
        try:
            value = next(steps)
        except StopIteration as stop:
            yield Outcome(stop.value)
            return
        yield value if isinstance(value, Progress) else None
