"""What is left of a model once some variables are clamped?

Conditioning reduces every factor to the entries that agree with the evidence, drops the clamped variables and keeps the
product of what became constant: p(x_free, e) is proportional to the smaller model times exp(log_constant). The graph of
the smaller model is the old one without the clamped vertices, which is why its treewidth can only fall.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import index as as_index

from .errors import EvidenceError
from .ugm import UGM


class Evidence(Mapping[str, int]):
    """Clamped variables and their states: a read-only mapping from name to state, from 0.

    Equality and hash go by content; the order is the order of clamping.
    """

    __slots__ = ("_states",)

    def __init__(self, states: Mapping[str, int] | None = None) -> None:
        self._states: dict[str, int] = {}
        for name, state in (states or {}).items():
            try:
                self._states[name] = as_index(state)
            except TypeError:
                raise EvidenceError(
                    f"The state of {name} is given as {state!r}. Give its number, counted from 0."
                ) from None

    def __getitem__(self, name: str) -> int:
        return self._states[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._states)

    def __len__(self) -> int:
        return len(self._states)

    def __hash__(self) -> int:
        return hash(frozenset(self._states.items()))

    def __repr__(self) -> str:
        return f"Evidence({self._states!r})"

    def clamp(self, name: str, state: int) -> Evidence:
        """Return evidence with one more variable clamped, or clamped to another state."""
        return Evidence({**self._states, name: state})

    def release(self, *names: str) -> Evidence:
        """Return evidence without the given variables; a variable that is not clamped is ignored."""
        return Evidence({name: state for name, state in self._states.items() if name not in names})


def check_evidence(ugm: UGM, evidence: Mapping[str, int] | None) -> Evidence:
    """Return the evidence as a value whose names and states fit the model.

    Raises
    ------
    EvidenceError
        An unknown variable, or a state outside 0 .. n_states - 1.
    """
    checked = evidence if isinstance(evidence, Evidence) else Evidence(evidence)
    for name, state in checked.items():
        if name not in ugm:
            raise EvidenceError(f"The evidence names {name}, which is not a variable of the model. Release it.")
        n_states = ugm.variable(name).n_states
        if not 0 <= state < n_states:
            raise EvidenceError(f"{name} has states 0 to {n_states - 1}; it cannot be clamped to {state}.")
    return checked


@dataclass(frozen=True, slots=True, eq=False)
class Conditioned:
    """The conditional UGM.

    Attributes
    ----------
    ugm : UGM
        The free variables, in model order, and the reduced factors; factors that became constant are gone.
    log_constant : float
        Log of the product of the constants, in nats; minus infinity when the evidence is impossible at once.
        log Z of the clamped model is log Z of `ugm` plus this.
    components : tuple of tuple of str
        Variables of each connected component of `ugm`, in model order, first components first.
    evidence : Evidence
        What was clamped.
    """

    ugm: UGM
    log_constant: float
    components: tuple[tuple[str, ...], ...]
    evidence: Evidence


def components(ugm: UGM) -> tuple[tuple[str, ...], ...]:
    """Return the variables of each connected component, in model order, components by their first variable."""
    root = list(range(len(ugm.variables)))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for factor in ugm.factors:
        places = [ugm.index(name) for name in factor.scope]
        for place in places[1:]:
            a, b = find(places[0]), find(place)
            root[max(a, b)] = min(a, b)
    groups: dict[int, list[str]] = {}
    for i, name in enumerate(ugm.names):
        groups.setdefault(find(i), []).append(name)
    return tuple(tuple(group) for group in groups.values())


def condition(ugm: UGM, evidence: Mapping[str, int] | None = None) -> Conditioned:
    """Clamp variables and return the conditional UGM.

    Parameters
    ----------
    ugm : UGM
    evidence : mapping of str to int, optional
        State, from 0, of each clamped variable.

    Returns
    -------
    Conditioned
        See Koller and Friedman (2009), section 9.3.1.

    Raises
    ------
    EvidenceError
        An unknown variable or a state out of range.
    """
    checked = check_evidence(ugm, evidence)
    kept, log_constant = [], 0.0
    for factor in ugm.factors:
        reduced = factor.reduce(checked)
        if reduced.scope:
            kept.append(reduced)
        else:
            log_constant += float(reduced.log_table)
    left = UGM([v for v in ugm.variables if v.name not in checked], kept)
    return Conditioned(left, log_constant, components(left), checked)
