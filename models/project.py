"""What is a whole document, and how does each gesture make the next one?

A `Project` is everything that is saved and undone: model, evidence, positions, groups of variables, the question in
hand, the data chosen and the fits made. It is a value; edits return a new one that shares what did not change, so a
comparison by identity, part by part, says what a view has to redraw.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from .conditioning import Evidence, check_evidence
from .errors import ModelError
from .factor import Factor
from .moral import Arc, joined_arcs, moral_edges
from .ugm import UGM, Variable

Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Group:
    """A named set of variables, for instance a layer, that can be clamped as one."""

    name: str
    members: tuple[str, ...]


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


def _no_positions() -> Mapping[str, Position]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Project:
    """The document.

    Parameters
    ----------
    ugm : UGM
    evidence : Evidence
        Checked against the model.
    positions : mapping of str to (float, float)
        Canvas coordinates, x to the right and y down, one unit about one pixel at 100 %. Missing ones become (0, 0).
    groups : tuple of Group
        Members that are no longer variables are dropped; a group left empty goes.
    query : mapping of str to int
        The question in hand: p(these states given the evidence). Unknown variables and states are dropped.
    data : DataReference or None
    fits : tuple of FitRecord
    title : str
        Shown in the headline; may be empty.
    arcs : tuple of (parent, child)
        Where the model came from a Bayesian network: its arcs, without direction in the model. Those whose ends no
        longer share a factor are dropped.

    Raises
    ------
    EvidenceError
        The evidence does not fit the model.
    """

    ugm: UGM = field(default_factory=lambda: UGM(()))
    evidence: Evidence = field(default_factory=Evidence)
    positions: Mapping[str, Position] = field(default_factory=_no_positions)
    groups: tuple[Group, ...] = ()
    query: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    data: DataReference | None = None
    fits: tuple[FitRecord, ...] = ()
    title: str = ""
    arcs: tuple[Arc, ...] = ()

    def __post_init__(self) -> None:
        ugm = self.ugm
        put = object.__setattr__
        put(self, "evidence", check_evidence(ugm, self.evidence))
        if not isinstance(self.positions, MappingProxyType) or tuple(self.positions) != ugm.names:
            placed = {name: tuple(map(float, self.positions.get(name, (0.0, 0.0)))) for name in ugm.names}
            put(self, "positions", MappingProxyType(placed))
        groups = []
        for group in self.groups:
            members = tuple(name for name in group.members if name in ugm)
            if members:
                groups.append(group if members == group.members else Group(group.name, members))
        if len(groups) != len(self.groups) or any(a is not b for a, b in zip(groups, self.groups, strict=True)):
            put(self, "groups", tuple(groups))
        known = {n: s for n, s in self.query.items() if n in ugm and 0 <= s < ugm.variable(n).n_states}
        if known != dict(self.query) or not isinstance(self.query, MappingProxyType):
            put(self, "query", MappingProxyType(known))
        if self.arcs:
            joined = joined_arcs(ugm, self.arcs)
            if joined != self.arcs:
                put(self, "arcs", joined)

    # --- variables ---------------------------------------------------------------------------------------------

    def fresh_name(self) -> str:
        """Return x1, x2, ...: the first such name not in use."""
        k = 1
        while f"x{k}" in self.ugm:
            k += 1
        return f"x{k}"

    def with_new_variable(self, position: Position, variable: Variable | None = None) -> Project:
        """Add a variable (two states by default) at a position; unary log potentials start at 0."""
        new = variable or Variable.of_size(self.fresh_name(), 2)
        if new.name in self.ugm:
            raise ModelError(f"There is already a variable called {new.name}. Choose another name.")
        ugm = self.ugm.with_variable(new).with_factor(Factor((new.name,), np.zeros(new.n_states)))
        return replace(self, ugm=ugm, positions={**self.positions, new.name: position})

    def without(self, names: Iterable[str] = (), factors: Iterable[int] = ()) -> Project:
        """Delete variables (with their factors, clamps and positions) and factors given by place."""
        gone = set(names)
        ugm = self.ugm.without_factors(factors)
        ugm = ugm.without_variables(gone) if gone else ugm
        return replace(self, ugm=ugm, evidence=self.evidence.release(*gone)) if gone else replace(self, ugm=ugm)

    def with_renamed(self, old: str, new: str) -> Project:
        """Rename a variable in the model, the evidence, the groups, the question and the arcs."""
        new = new.strip()
        if new == old:
            return self
        if new in self.ugm:
            raise ModelError(f"There is already a variable called {new}. Choose another name.")
        change = {old: new}
        return replace(
            self,
            ugm=self.ugm.with_renamed(old, new),
            evidence=Evidence({change.get(n, n): s for n, s in self.evidence.items()}),
            positions={change.get(n, n): p for n, p in self.positions.items()},
            groups=tuple(Group(g.name, tuple(change.get(n, n) for n in g.members)) for g in self.groups),
            query={change.get(n, n): s for n, s in self.query.items()},
            arcs=tuple((change.get(a, a), change.get(b, b)) for a, b in self.arcs),
        )

    def with_states(self, name: str, labels: Sequence[str]) -> Project:
        """Give a variable new state labels; a clamp or question on a state that goes is dropped."""
        ugm = self.ugm.with_states(name, labels)
        state = self.evidence.get(name, 0)
        evidence = self.evidence if state < len(labels) else self.evidence.release(name)
        return replace(self, ugm=ugm, evidence=evidence)

    def without_state(self, name: str, state: int) -> Project:
        """Remove one state of a variable; clamps and questions on later states move down, on it are dropped."""
        ugm = self.ugm.without_state(name, state)

        def moved(states: Mapping[str, int]) -> dict[str, int]:
            kept = {n: s for n, s in states.items() if n != name or s != state}
            return {n: s - (n == name and s > state) for n, s in kept.items()}

        evidence = Evidence(moved(self.evidence)) if name in self.evidence else self.evidence
        return replace(self, ugm=ugm, evidence=evidence, query=moved(self.query))

    def with_positions(self, moved: Mapping[str, Position]) -> Project:
        """Move some variables."""
        return replace(self, positions=MappingProxyType({n: moved.get(n, p) for n, p in self.positions.items()}))

    # --- factors -----------------------------------------------------------------------------------------------

    def with_edge(self, first: str, second: str) -> Project:
        """Join two variables; ModelError when they are joined already."""
        if self.ugm.factors_of(first, second) and first != second:
            raise ModelError(f"{first} and {second} are joined already. Edit their factor instead.")
        return replace(self, ugm=self.ugm.with_edge(first, second))

    def with_factor_at(self, place: int, factor: Factor) -> Project:
        """Replace one factor's table."""
        return replace(self, ugm=self.ugm.with_factor_at(place, factor))

    def with_model(self, ugm: UGM, **changes: Any) -> Project:
        """Put another model in, keeping positions, what evidence still fits, and the arcs where only numbers change."""
        if [factor.scope for factor in ugm.factors] != [factor.scope for factor in self.ugm.factors]:
            changes.setdefault("arcs", ())
        fits = {n: s for n, s in self.evidence.items() if n in ugm and s < ugm.variable(n).n_states}
        evidence = self.evidence if len(fits) == len(self.evidence) else Evidence(fits)
        return replace(self, ugm=ugm, evidence=evidence, **changes)

    def with_data(self, data: DataReference, variables: Sequence[Variable], record: FitRecord) -> Project:
        """Choose data: their row opens a new table of fits, and their variables replace those of the model.

        A model that has the same variables, with the same states and in the same order, stays as it is.
        """
        ugm = self.ugm
        if ugm.variables != tuple(variables):
            ugm = UGM(variables, [Factor((v.name,), np.zeros(v.n_states)) for v in variables])
        return self.with_model(ugm, data=data, fits=(record,))

    def unary_log_table(self, name: str) -> np.ndarray:
        """Return the sum of the log tables of the factors over this variable alone, shape (n_states,)."""
        tables = [
            self.ugm.factors[k].log_table for k in self.ugm.factors_of(name) if self.ugm.factors[k].scope == (name,)
        ]
        return np.sum(tables, axis=0) if tables else np.zeros(self.ugm.variable(name).n_states)

    def with_potential(self, name: str, state: int, value: float) -> Project:
        """Set the potential of one state of a variable: what its factors over it alone multiply to.

        The first of them is changed, or one is added. ModelError for a negative or infinite value, and where another
        of them forbids the state.
        """
        ugm = self.ugm
        places = [k for k in ugm.factors_of(name) if ugm.factors[k].scope == (name,)]
        if not places:
            factor = Factor((name,), np.zeros(ugm.variable(name).n_states)).with_entry((state,), value)
            return replace(self, ugm=ugm.with_factor(factor))
        first = ugm.factors[places[0]].with_entry((state,), value)
        others = sum(float(ugm.factors[k].log_table[state]) for k in places[1:])
        if others == -np.inf and value > 0:
            raise ModelError(f"Another factor of {name} forbids this state. Delete that factor first.")
        if others and value > 0:
            first = first.with_entry((state,), float(first.log_table[state]) - others, log=True)
        return self.with_factor_at(places[0], first)

    def moral_edges(self) -> dict[Arc, tuple[str, ...]]:
        """Return the edges that only moralisation added, with the common children; see `models.moral.moral_edges`."""
        return moral_edges(self.ugm, self.arcs) if self.arcs else {}

    # --- evidence ----------------------------------------------------------------------------------------------

    def with_clamps(self, states: Mapping[str, int]) -> Project:
        """Clamp variables (several at once for a layer)."""
        evidence = self.evidence
        for name, state in states.items():
            evidence = evidence.clamp(name, state)
        return replace(self, evidence=evidence)

    def with_evidence(self, evidence: Mapping[str, int]) -> Project:
        """Replace the evidence."""
        return replace(self, evidence=Evidence(evidence))

    def released(self, names: Iterable[str] | None = None) -> Project:
        """Release the given variables, or all."""
        evidence = Evidence() if names is None else self.evidence.release(*names)
        return replace(self, evidence=evidence)

    def with_query(self, query: Mapping[str, int]) -> Project:
        """Ask p(query given the evidence)."""
        return replace(self, query=dict(query))

    def same_as(self, other: Project) -> bool:
        """Whether everything that is saved is equal, tables bit for bit."""
        return (
            self.ugm.same_as(other.ugm)
            and list(self.evidence.items()) == list(other.evidence.items())
            and dict(self.positions) == dict(other.positions)
            and self.groups == other.groups
            and dict(self.query) == dict(other.query)
            and self.data == other.data
            and self.title == other.title
            and self.arcs == other.arcs
            and len(self.fits) == len(other.fits)
            and all(_same_fit(a, b) for a, b in zip(self.fits, other.fits, strict=True))
        )


def _same_fit(a: FitRecord, b: FitRecord) -> bool:
    if (a.ugm is None) != (b.ugm is None) or (a.ugm and b.ugm and not a.ugm.same_as(b.ugm)):
        return False
    return all(getattr(a, f) == getattr(b, f) for f in FitRecord.__slots__ if f != "ugm")
