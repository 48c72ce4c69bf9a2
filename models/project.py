"""What is a whole document, and how does each gesture make the next one?

A `Project` is everything that is saved and undone: model, evidence hard and soft, evidence sets kept for later,
positions, groups of variables, ties between factors, the question in hand, the data chosen and the fits made. It is a
value; edits return a new one that shares what did not change, so a comparison by identity, part by part, says what a
view has to redraw.
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
from .project_parts import (
    DataReference,
    EvidenceSet,
    FitRecord,
    Group,
    Tie,
    fitting_sets,
    fitting_soft,
    fitting_states,
    fitting_ties,
    renamed_sets,
    same_fit,
)
from .soft_evidence import SoftEvidence
from .ugm import UGM, Variable

Position = tuple[float, float]


def _with_table(ugm: UGM, scopes: Iterable[tuple[str, ...]], model: Factor) -> UGM:
    """Give the first factor over each scope the table of another factor; ModelError where that cannot be."""
    places: dict[tuple[str, ...], int] = {}
    for place, factor in enumerate(ugm.factors):
        places.setdefault(factor.scope, place)
    factors = list(ugm.factors)
    for scope in scopes:
        if scope not in places:
            raise ModelError(f"There is no factor over ({', '.join(scope)}). Join these variables first.")
        old = factors[places[scope]]
        if old.log_table.shape != model.log_table.shape:
            one, other = (" by ".join(map(str, each.log_table.shape)) for each in (model, old))
            raise ModelError(
                f"The factor over ({', '.join(scope)}) is {other}, the one over ({', '.join(model.scope)}) is {one}. "
                "Only tables of one shape can be tied."
            )
        factors[places[scope]] = Factor(scope, model.log_table)
    return UGM(ugm.variables, factors)


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
    soft : SoftEvidence
        Likelihoods of softly observed variables, "not this state" among them. One that fits no variable is dropped.
    evidence_sets : tuple of EvidenceSet
        Evidence kept under a name, to come back to or to compare. What fits no variable is dropped from a set.
    ties : tuple of tuple of scope
        Factors that share one table, each by its scope (the first factor over it): an edit of one is an edit of all.
        Only equal tables can be tied, so a scope without a factor, or whose table differs from that of the first, is
        dropped, and so is a tie with fewer than two scopes.

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
    soft: SoftEvidence = field(default_factory=SoftEvidence)
    evidence_sets: tuple[EvidenceSet, ...] = ()
    ties: tuple[Tie, ...] = ()

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
                groups.append(group if members == group.members else replace(group, members=members))
        if len(groups) != len(self.groups) or any(a is not b for a, b in zip(groups, self.groups, strict=True)):
            put(self, "groups", tuple(groups))
        known = fitting_states(ugm, self.query)
        if known != dict(self.query) or not isinstance(self.query, MappingProxyType):
            put(self, "query", MappingProxyType(known))
        if self.arcs:
            joined = joined_arcs(ugm, self.arcs)
            if joined != self.arcs:
                put(self, "arcs", joined)
        put(self, "soft", fitting_soft(ugm, self.soft))
        put(self, "evidence_sets", fitting_sets(ugm, self.evidence_sets))
        put(self, "ties", fitting_ties(ugm, self.ties))

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
            groups=tuple(replace(g, members=tuple(change.get(n, n) for n in g.members)) for g in self.groups),
            query={change.get(n, n): s for n, s in self.query.items()},
            arcs=tuple((change.get(a, a), change.get(b, b)) for a, b in self.arcs),
            soft=self.soft.renamed(change),
            evidence_sets=renamed_sets(self.evidence_sets, change),
            ties=tuple(tuple(tuple(change.get(n, n) for n in scope) for scope in tie) for tie in self.ties),
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
        sets = tuple(
            replace(each, evidence=Evidence(moved(each.evidence)), soft=each.soft.without_state(name, state))
            for each in self.evidence_sets
        )
        soft = self.soft.without_state(name, state)
        return replace(self, ugm=ugm, evidence=evidence, query=moved(self.query), soft=soft, evidence_sets=sets)

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
        """Replace one factor's table, and with it that of every factor tied to it."""
        scope = self.ugm.factors[place].scope
        tied = self.tied_to(scope)
        if tied and factor.scope == scope and self.first_factor(scope) == place:
            return replace(self, ugm=_with_table(self.ugm, (scope, *tied), factor))
        return replace(self, ugm=self.ugm.with_factor_at(place, factor))

    def first_factor(self, scope: Sequence[str]) -> int:
        """Return the place of the first factor with exactly this scope, in this order; ModelError without one."""
        wanted = tuple(scope)
        for place, factor in enumerate(self.ugm.factors):
            if factor.scope == wanted:
                return place
        raise ModelError(f"There is no factor over ({', '.join(wanted)}). Join these variables first.")

    def tied_to(self, scope: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """Return the scopes of the other factors that share the table of the factor with this scope."""
        wanted = tuple(scope)
        return tuple(other for tie in self.ties if wanted in tie for other in tie if other != wanted)

    def with_tie(self, scopes: Iterable[Sequence[str]]) -> Project:
        """Let factors share the table of the first, which the others take over; ties they were in before are joined.

        Raises
        ------
        ModelError
            Fewer than two scopes, one without a factor, or tables of different shapes.
        """
        chosen = list(dict.fromkeys(tuple(scope) for scope in scopes))
        if len(chosen) < 2:
            raise ModelError("A tie needs two factors at least. Select another factor as well.")
        joined = tuple(dict.fromkeys([*chosen, *(other for scope in chosen for other in self.tied_to(scope))]))
        model = _with_table(self.ugm, joined, self.ugm.factors[self.first_factor(chosen[0])])
        ties = [tie for tie in self.ties if not set(tie) & set(joined)]
        return replace(self, ugm=model, ties=(*ties, joined))

    def without_tie(self, scope: Sequence[str]) -> Project:
        """Untie one factor; the others of its tie stay tied."""
        wanted = tuple(scope)
        return replace(self, ties=tuple(tuple(other for other in tie if other != wanted) for tie in self.ties))

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
        """Release the given variables, or all: from their clamps, and from what is softly known of them."""
        if names is None:
            return replace(self, evidence=Evidence(), soft=SoftEvidence())
        gone = tuple(names)
        return replace(self, evidence=self.evidence.release(*gone), soft=self.soft.release(*gone))

    def with_soft(self, soft: SoftEvidence) -> Project:
        """Replace the soft evidence."""
        return replace(self, soft=soft)

    def with_evidence_set(self, name: str) -> Project:
        """Keep the evidence in hand under a name, in the place of a set that has it already.

        Raises
        ------
        EvidenceError
            The name is empty.
        """
        made = EvidenceSet(name.strip(), self.evidence, self.soft)
        if any(each.name == made.name for each in self.evidence_sets):
            sets = tuple(made if each.name == made.name else each for each in self.evidence_sets)
        else:
            sets = (*self.evidence_sets, made)
        return replace(self, evidence_sets=sets)

    def without_evidence_set(self, name: str) -> Project:
        """Forget the evidence kept under a name."""
        return replace(self, evidence_sets=tuple(each for each in self.evidence_sets if each.name != name))

    def with_set_applied(self, name: str) -> Project:
        """Make the evidence kept under a name the evidence in hand; KeyError when there is none."""
        chosen = next((each for each in self.evidence_sets if each.name == name), None)
        if chosen is None:
            raise KeyError(name)
        return replace(self, evidence=chosen.evidence, soft=chosen.soft)

    def with_query(self, query: Mapping[str, int]) -> Project:
        """Ask p(query given the evidence)."""
        return replace(self, query=dict(query))

    def same_as(self, other: Project) -> bool:
        """Whether everything that is saved is equal, tables bit for bit."""
        return (
            (self.ugm is other.ugm or self.ugm.same_as(other.ugm))
            and list(self.evidence.items()) == list(other.evidence.items())
            and dict(self.positions) == dict(other.positions)
            and self.groups == other.groups
            and dict(self.query) == dict(other.query)
            and self.data == other.data
            and self.title == other.title
            and self.arcs == other.arcs
            and list(self.soft) == list(other.soft)
            and self.soft == other.soft
            and self.evidence_sets == other.evidence_sets
            and self.ties == other.ties
            and len(self.fits) == len(other.fits)
            and all(same_fit(a, b) for a, b in zip(self.fits, other.fits, strict=True))
        )


__all__ = ["DataReference", "EvidenceSet", "FitRecord", "Group", "Position", "Project", "Tie"]
