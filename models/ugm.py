"""What is an undirected graphical model, and how does an edit make a new one?

A UGM is variables with named states and factors over them; it stands for p(x) = prod_f psi_f(x_f) / Z. It is a value:
every edit returns a new model that shares what did not change, so `before is after` means "unchanged".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from .errors import EvidenceError, ModelError
from .factor import Factor

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True, slots=True)
class Variable:
    """A discrete variable with named states.

    Parameters
    ----------
    name : str
        Not empty; unique in its model.
    labels : sequence of str
        One per state, each once; state s is `labels[s]`.

    Raises
    ------
    ModelError
        The name is empty, there is no state, or a label is empty or repeats.
    """

    name: str
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", tuple(self.labels))
        if not isinstance(self.name, str) or not self.name.strip():
            raise ModelError("A variable needs a name that is not blank. Type one, for example x1.")
        if not self.labels:
            raise ModelError(f"Variable {self.name} has no states. Give it at least one.")
        for label in self.labels:
            if not isinstance(label, str) or not label.strip():
                raise ModelError(f"Variable {self.name} has a state without a label. Give every state a label.")
        if len(set(self.labels)) != len(self.labels):
            twice = next(label for label in self.labels if self.labels.count(label) > 1)
            raise ModelError(f'Variable {self.name} has two states called "{twice}". Give each state its own label.')

    @classmethod
    def of_size(cls, name: str, n_states: int) -> Variable:
        """Make a variable whose states are labelled "0", "1", ..."""
        return cls(name, tuple(str(s) for s in range(n_states)))

    @property
    def n_states(self) -> int:
        """Number of states."""
        return len(self.labels)


@dataclass(frozen=True, slots=True, eq=False)
class UGM:
    """An undirected graphical model over discrete variables.

    Parameters
    ----------
    variables : iterable of Variable
        Names must differ. Their order is the order of columns in samples and of axes in joint results.
    factors : iterable of Factor
        Scopes name variables of the model; shapes follow their state counts. Several factors may share a scope; they
        multiply. An empty scope is a constant.

    Raises
    ------
    ModelError
        Names repeat, a scope names an unknown variable, or a table's shape disagrees with the state counts.
    """

    variables: tuple[Variable, ...]
    factors: tuple[Factor, ...]
    _index: dict[str, int] = field(repr=False)
    _edges: tuple[tuple[str, str], ...] | None = field(repr=False)  # once they have been asked for

    def __init__(self, variables: Iterable[Variable], factors: Iterable[Factor] = ()) -> None:
        object.__setattr__(self, "variables", tuple(variables))
        object.__setattr__(self, "factors", tuple(factors))
        index = {variable.name: i for i, variable in enumerate(self.variables)}
        object.__setattr__(self, "_index", index)
        object.__setattr__(self, "_edges", None)
        if len(index) != len(self.variables):
            names = [variable.name for variable in self.variables]
            twice = next(name for name in names if names.count(name) > 1)
            raise ModelError(f"Two variables are called {twice}. Give each variable its own name.")
        for factor in self.factors:
            self._check(factor)

    def _check(self, factor: Factor) -> None:
        index, variables = self._index, self.variables
        try:
            wanted = tuple(len(variables[index[name]].labels) for name in factor.scope)
        except KeyError as error:
            raise ModelError(
                f"Factor ({', '.join(factor.scope)}) names {error.args[0]}, which is not a variable of the model. "
                "Add it first."
            ) from None
        if factor.log_table.shape != wanted:
            have = " by ".join(map(str, factor.log_table.shape))
            want = " by ".join(map(str, wanted))
            raise ModelError(
                f"Factor ({', '.join(factor.scope)}) has a table of {have}, but its variables have {want} states. "
                f"Give a table of {want}, or change the states."
            )

    # --- reading -----------------------------------------------------------------------------------------------

    @property
    def names(self) -> tuple[str, ...]:
        """Variable names in model order."""
        return tuple(self._index)

    @property
    def n_states(self) -> tuple[int, ...]:
        """State counts in model order."""
        return tuple(variable.n_states for variable in self.variables)

    def __contains__(self, name: object) -> bool:
        return name in self._index

    def index(self, name: str) -> int:
        """Return the place of a variable in `variables`.

        Raises
        ------
        ModelError
            There is no such variable.
        """
        try:
            return self._index[name]
        except (KeyError, TypeError):
            raise ModelError(f"There is no variable called {name} in this model.") from None

    def variable(self, name: str) -> Variable:
        """Return a variable by name; ModelError when there is none."""
        return self.variables[self.index(name)]

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """Pairs of variables that share a factor, each once, each pair and the list in model order."""
        if self._edges is None:
            index = self._index
            pairs = set()
            for factor in self.factors:
                places = sorted([index[name] for name in factor.scope])
                if len(places) == 2:
                    pairs.add((places[0], places[1]))
                else:
                    pairs.update(combinations(places, 2))
            names = self.names
            object.__setattr__(self, "_edges", tuple((names[i], names[j]) for i, j in sorted(pairs)))
        return self._edges or ()

    def graph(self) -> nx.Graph:
        """Return the interaction graph as a networkx.Graph: variables by name, an edge where two share a factor."""
        import networkx as nx

        graph = nx.Graph()
        graph.add_nodes_from(self.names)
        graph.add_edges_from(self.edges)
        return graph

    def factors_of(self, *names: str) -> tuple[int, ...]:
        """Return the places in `factors` of those whose scope holds all the given names."""
        return tuple(k for k, factor in enumerate(self.factors) if all(name in factor.scope for name in names))

    @property
    def n_parameters(self) -> int:
        """Entries of all tables together, one weight per entry (not reduced by the redundancy of the weights)."""
        return sum(factor.n_entries for factor in self.factors)

    def log_score(self, assignment: Mapping[str, int]) -> float:
        """Return the unnormalised log potential sum_f log psi_f(x_f) of one joint state, in nats.

        Parameters
        ----------
        assignment : mapping of str to int
            A state, from 0, for every variable.
        """
        for variable in self.variables:
            if variable.name not in assignment:
                raise EvidenceError(f"The joint state gives no state for {variable.name}. Give one for each variable.")
            if not 0 <= assignment[variable.name] < variable.n_states:
                raise EvidenceError(
                    f"{variable.name} has states 0 to {variable.n_states - 1}, not {assignment[variable.name]}."
                )
        return float(sum(factor.log_table[tuple(assignment[n] for n in factor.scope)] for factor in self.factors))

    def same_as(self, other: UGM) -> bool:
        """Whether variables and factors are equal, tables bit for bit."""
        return (
            self.variables == other.variables
            and len(self.factors) == len(other.factors)
            and all(a is b or a.same_as(b) for a, b in zip(self.factors, other.factors, strict=True))
        )

    # --- editing: each returns a new model ---------------------------------------------------------------------

    def with_variable(self, variable: Variable) -> UGM:
        """Add a variable at the end."""
        return UGM((*self.variables, variable), self.factors)

    def without_variables(self, names: Iterable[str]) -> UGM:
        """Remove variables and every factor that mentions one of them."""
        gone = set(names)
        for name in gone:
            self.index(name)
        return UGM(
            [variable for variable in self.variables if variable.name not in gone],
            [factor for factor in self.factors if gone.isdisjoint(factor.scope)],
        )

    def with_factor(self, factor: Factor) -> UGM:
        """Add a factor at the end."""
        return UGM(self.variables, (*self.factors, factor))

    def with_factor_at(self, place: int, factor: Factor) -> UGM:
        """Replace the factor at a place in `factors`."""
        return UGM(self.variables, (*self.factors[:place], factor, *self.factors[place + 1 :]))

    def without_factors(self, places: Iterable[int]) -> UGM:
        """Remove the factors at the given places in `factors`."""
        gone = set(places)
        return UGM(self.variables, [factor for k, factor in enumerate(self.factors) if k not in gone])

    def with_edge(self, first: str, second: str, log_table: np.ndarray | None = None) -> UGM:
        """Join two variables by a pairwise factor, axes (first, second).

        Without a table the factor favours equal state numbers two to one, so that a new edge has an effect to see.
        """
        if first == second:
            raise ModelError(f"An edge joins two different variables; {first} cannot be joined to itself.")
        if log_table is None:
            sizes = (self.variable(first).n_states, self.variable(second).n_states)
            log_table = np.log(1.0 + np.eye(*sizes))
        return self.with_factor(Factor((first, second), log_table))

    def without_edge(self, first: str, second: str) -> UGM:
        """Remove every factor whose scope holds both variables."""
        return self.without_factors(self.factors_of(first, second))

    def with_renamed(self, old: str, new: str) -> UGM:
        """Rename a variable everywhere."""
        self.index(old)
        names = {old: new}
        return UGM(
            [Variable(names.get(v.name, v.name), v.labels) if v.name == old else v for v in self.variables],
            [factor.renamed(names) if old in factor.scope else factor for factor in self.factors],
        )

    def with_states(self, name: str, labels: Sequence[str]) -> UGM:
        """Give a variable new state labels, by place.

        States kept by place keep their table entries; new states get log potential 0 (potential one); states beyond the
        new length are cut from every table that mentions the variable.
        """
        old, new = self.variable(name), Variable(name, tuple(labels))

        def resize(factor: Factor) -> Factor:
            if name not in factor.scope or new.n_states == old.n_states:
                return factor
            axis, kept = factor.scope.index(name), min(new.n_states, old.n_states)
            table = np.take(factor.log_table, range(kept), axis=axis)
            widths = [(0, new.n_states - kept if a == axis else 0) for a in range(table.ndim)]
            return Factor(factor.scope, np.pad(table, widths, constant_values=0.0))

        return UGM([new if v is old else v for v in self.variables], [resize(f) for f in self.factors])

    def without_state(self, name: str, state: int) -> UGM:
        """Remove one state of a variable and its entries from every table that mentions the variable.

        Raises
        ------
        ModelError
            The state is out of range, or the only one.
        """
        old = self.variable(name)
        if not 0 <= state < old.n_states:
            raise ModelError(f"{name} has states 0 to {old.n_states - 1}, not {state}.")
        new = Variable(name, old.labels[:state] + old.labels[state + 1 :])
        factors = [
            Factor(f.scope, np.delete(f.log_table, state, axis=f.scope.index(name))) if name in f.scope else f
            for f in self.factors
        ]
        return UGM([new if v is old else v for v in self.variables], factors)
