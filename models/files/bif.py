"""What does a BIF file say: which Bayesian network, as an undirected model?

The Bayesian Interchange Format: a network block, then for each variable a block with its states and one with its
probabilities given its parents - as a table (the first variable named, the child, changing slowest), or as a row for
each joint state of the parents, with a default for those not listed. Properties are read over. Each table becomes a
factor over the parents and the child, so the product is the joint distribution and log Z is 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum, prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.errors import CancelToken, ModelError
from models.factor import Factor
from models.moral import find_circle
from models.steps import Progress, Steps, drain
from models.ugm import UGM, Variable

from .bif_tokens import MAX_BYTES, BifTokens, read_bif_tokens_steps
from .sources import as_path, show_size

MAX_STATES = 1_000_000
MAX_PARENTS = 31  # with the child, axes that every supported NumPy can hold
MAX_ENTRIES = 1 << 24
TOLERANCE = 1e-6
_ROUNDING = 1e-12
_BATCH = 200
_WORDS = 5000


@dataclass(slots=True)
class _Block:
    """A probability block: the child, its parents, and where in the file names and content begin."""

    child: str
    parents: tuple[str, ...]
    names_at: int
    body_at: int


def read_bif(path: str | Path, max_bytes: float = MAX_BYTES) -> UGM:
    """Read a Bayesian network in BIF as an undirected model.

    Parameters
    ----------
    path : str or Path
        Plain or gzipped, in UTF-8.
    max_bytes : float
        Larger files are refused before they are read.

    Returns
    -------
    UGM
        Variables with their labels in file order; then one factor per probability block, in file order, whose scope is
        the parents as listed and then the child, so that each row of the table adds up to one: log Z is 0. The arcs are
        `models.moral.arcs_of` this model.

    Raises
    ------
    FileFormatError
        Names the line and what is wrong: words out of place, unknown names, a variable without probabilities or with
        two sets of them, rows that do not add up to one within `TOLERANCE` (closer ones are scaled to do so), arcs that
        go round in a circle, tables of more than `MAX_ENTRIES` entries together. Nothing is allocated for what a header
        merely announces.
    """
    return drain(read_bif_steps(path, max_bytes))


def read_bif_steps(path: str | Path, max_bytes: float = MAX_BYTES, cancel: CancelToken | None = None) -> Steps[UGM]:
    """Read a BIF file in slices; parameters, result and errors as `read_bif`, yields Progress."""
    path = as_path(path)
    tokens = yield from read_bif_tokens_steps(path, max_bytes, cancel)
    variables, blocks = yield from _outline_steps(tokens, cancel)
    _check_network(tokens, variables, blocks)
    factors, unseen = [], 0
    for done, block in enumerate(blocks.values()):
        table = yield from _Table(tokens, block, variables).read_steps(cancel)
        factors.append(Factor((*block.parents, block.child), table))
        unseen += tokens.place - block.body_at
        if unseen > _WORDS:
            unseen = 0
            if cancel is not None:
                cancel.check()
            yield Progress(done, len(blocks), f"Reading {path.name}: {done:,} of {len(blocks):,} tables")
    return UGM([variable for variable, _ in variables.values()], factors)


# --- blocks ------------------------------------------------------------------------------------------------------


def _outline_steps(
    tokens: BifTokens, cancel: CancelToken | None
) -> Steps[tuple[dict[str, tuple[Variable, int]], dict[str, _Block]]]:
    """Read the blocks, but of probabilities only the names; they may come before the variables they name."""
    if tokens.next("network").lower() != "network":
        raise tokens.fault(f'The file begins with "{tokens.shown()}". A BIF file begins with network.')
    if tokens.peek() != "{":
        tokens.name("the name of the network")
    tokens.expect("{", "the name of the network")
    while tokens.peek() == "property":
        tokens.skip_past(";", "the property")
    tokens.expect("}", "the properties of the network")
    variables: dict[str, tuple[Variable, int]] = {}
    blocks: dict[str, _Block] = {}
    n_states = n_blocks = 0
    while not tokens.at_end:
        kind = tokens.next("a block")
        if kind == "variable":
            at = tokens.place
            variable = _read_variable(tokens, n_states)
            n_states += variable.n_states
            if variable.name in variables:
                raise tokens.fault(f"The variable {variable.name} is described twice. Remove one of the blocks.", at)
            variables[variable.name] = (variable, at)
        elif kind == "probability":
            block = _read_names(tokens)
            if block.child in blocks:
                raise tokens.fault(
                    f"The probabilities of {block.child} are given twice. Remove one of the blocks.", block.names_at
                )
            blocks[block.child] = block
        else:
            raise tokens.fault(f'Found "{tokens.shown()}" where variable or probability should begin a block.')
        n_blocks += 1
        if n_blocks % _BATCH == 0:
            if cancel is not None:
                cancel.check()
            yield Progress(tokens.place, len(tokens.items), f"Reading {tokens.path.name}: {n_blocks:,} blocks")
    return variables, blocks


def _read_variable(tokens: BifTokens, n_states_before: int) -> Variable:
    at = tokens.place
    name = tokens.name("the name of a variable")
    tokens.expect("{", f"variable {name}")
    labels: list[str] = []
    while (word := tokens.next(f'"}}" after variable {name}')) != "}":
        if word == "property":
            tokens.skip_past(";", "the property")
        elif word != "type":
            raise tokens.fault(f'Found "{tokens.shown()}" in variable {name}. Give type or property.')
        elif labels:
            raise tokens.fault(f"The type of variable {name} is given twice. Remove one.")
        else:
            labels = _read_labels(tokens, name, n_states_before)
    if not labels:
        raise tokens.fault(f"Variable {name} has no type. Give, for example, type discrete [ 2 ] {{ no, yes }};")
    try:
        return Variable(name, tuple(labels))
    except ModelError as error:
        raise tokens.fault(str(error), at) from error


def _read_labels(tokens: BifTokens, name: str, n_states_before: int) -> list[str]:
    kind = tokens.name(f"the type of variable {name}")
    if kind != "discrete":
        raise tokens.fault(f"Variable {name} is of type {tokens.shown()}. Only discrete variables are read.")
    tokens.expect("[", "discrete")
    word = tokens.name("the number of states")
    if not (word.isascii() and word.isdigit()) or len(word) > 18 or int(word) == 0:
        raise tokens.fault(f'"{tokens.shown()}" is no number of states. Give a whole number, one or more.')
    announced = int(word)
    if n_states_before + announced > MAX_STATES:
        raise tokens.fault(
            f"Variable {name} has {announced:,} states, and all variables together more than {MAX_STATES:,}. "
            "Correct the number; larger networks are not read."
        )
    tokens.expect("]", "the number of states")
    tokens.expect("{", "the number of states")
    labels = []
    while tokens.peek() != "}":
        labels.append(tokens.name(f"a state of variable {name}"))
    tokens.expect("}", "the states")
    if len(labels) != announced:
        raise tokens.fault(f"Variable {name} announces {announced:,} states, but lists {len(labels):,}. Correct it.")
    tokens.expect(";", "the states")
    return labels


def _read_names(tokens: BifTokens) -> _Block:
    tokens.expect("(", "probability")
    names_at = tokens.place
    names = [tokens.name("the variable of the probabilities")]
    while tokens.peek() != ")":
        names.append(tokens.name("a parent"))
        if len(names) > MAX_PARENTS + 1:
            raise tokens.fault(f"{names[0]} has more than {MAX_PARENTS} parents. Larger tables are not read.")
    tokens.expect(")", "the parents")
    if len(set(names)) != len(names):
        raise tokens.fault(f"The probabilities of {names[0]} name a variable twice. Give each once.", names_at)
    tokens.expect("{", "the parents")
    block = _Block(names[0], tuple(names[1:]), names_at, tokens.place)
    tokens.skip_past("}", f"the probabilities of {names[0]}")
    return block


def _check_network(
    tokens: BifTokens, variables: Mapping[str, tuple[Variable, int]], blocks: Mapping[str, _Block]
) -> None:
    """Check all that can be known before any table is made."""
    if not variables and not blocks:
        raise tokens.fault("The network has no variables. Get the whole file.")
    entries = 0
    for block in blocks.values():
        for k, name in enumerate((block.child, *block.parents)):
            if name not in variables:
                raise tokens.fault(f"There is no variable {name}. Describe it in a block.", block.names_at + k)
        shape = [variables[name][0].n_states for name in (*block.parents, block.child)]
        entries += prod(shape)
        if entries > MAX_ENTRIES:
            raise tokens.fault(
                f"The table of {block.child} has {' by '.join(map(str, shape))} states: {prod(shape):,} entries. All "
                f"tables together may have {MAX_ENTRIES:,} ({show_size(8.0 * MAX_ENTRIES)}). Use a smaller network.",
                block.names_at,
            )
    for name, (_, at) in variables.items():
        if name not in blocks:
            raise tokens.fault(f"There are no probabilities of {name}. Add a block that gives them.", at)
    circle = find_circle({block.child: block.parents for block in blocks.values()})
    if circle:
        shown = " -> ".join([*circle[:6], *(["..."] if len(circle) > 6 else []), circle[0]])
        raise tokens.fault(
            f"The arcs go round in a circle: {shown}. A Bayesian network has none; remove a parent.",
            blocks[circle[0]].names_at,
        )


# --- tables ------------------------------------------------------------------------------------------------------


class _Table:
    """One probability block on its way to a table of logs, shape (states of each parent, states of the child)."""

    def __init__(self, tokens: BifTokens, block: _Block, variables: Mapping[str, tuple[Variable, int]]) -> None:
        self._tokens = tokens
        self._block = block
        self._parents = [variables[name][0] for name in block.parents]
        self._child = variables[block.child][0]
        self._states = [{label: s for s, label in enumerate(v.labels)} for v in self._parents]
        self._shape = tuple(v.n_states for v in self._parents)
        self._rows: dict[int, list[float]] = {}
        self._default: list[float] | None = None
        self._table: NDArray[np.float64] | None = None

    def read_steps(self, cancel: CancelToken | None) -> Steps[NDArray[np.float64]]:
        """Read the block."""
        tokens, child = self._tokens, self._child.name
        tokens.place = self._block.body_at
        while (word := tokens.next(f"the probabilities of {child}")) != "}":
            if word == "property":
                tokens.skip_past(";", "the property")
            elif word == "table":
                self._read_table()
            elif word == "default":
                if self._default is not None:
                    raise tokens.fault(f"The default of {child} is given twice. Remove one.")
                self._default = self._read_row("any other states of its parents")
            elif word == "(":
                self._read_listed()
                if len(self._rows) % _BATCH == 0:
                    if cancel is not None:
                        cancel.check()
                    yield None
            else:
                raise tokens.fault(f'Found "{tokens.shown()}" in the probabilities of {child}. Give table or rows.')
        if self._table is None:
            self._table = self._from_rows()
        elif self._rows or self._default is not None:
            raise tokens.fault(f"The probabilities of {child} are given as a table and as rows. Remove one.")
        with np.errstate(divide="ignore"):
            return np.log(self._table)

    def _read_table(self) -> None:
        tokens, at = self._tokens, self._tokens.place - 1
        if self._table is not None:
            raise tokens.fault(f"The table of {self._child.name} is given twice. Remove one.")
        values = tokens.numbers("the table")
        size = prod(self._shape) * self._child.n_states
        if len(values) != size:
            raise tokens.fault(
                f"The table of {self._child.name} has {len(values):,} entries; its states and those of its parents "
                f"give {size:,}. Correct it.",
                at,
            )
        entries = np.array(values)
        table = np.moveaxis(entries.reshape(self._child.n_states, *self._shape), 0, -1)
        sums = table.sum(axis=-1)
        off = np.abs(sums - 1) > TOLERANCE
        if off.any():
            index = tuple(int(i) for i in np.argwhere(off)[0])
            given = "".join(f", {v.name} = {v.labels[s]}" for v, s in zip(self._parents, index, strict=True))
            message = f"The probabilities of {self._child.name}{given.replace(',', ' given', 1)} add up to "
            message += f"{sums[index]:.8g} instead of 1. "
            turned = entries.reshape(-1, self._child.n_states).sum(axis=1)
            if (np.abs(turned - 1) <= TOLERANCE).all():
                message += f"In a table {self._child.name} has to change slowest; "
                raise tokens.fault(message + "give one row for each joint state of the parents instead.", at)
            raise tokens.fault(message + "Correct them.", at)
        off = np.abs(sums - 1) > _ROUNDING
        self._table = table / np.where(off, sums, 1.0)[..., np.newaxis]

    def _read_listed(self) -> None:
        """Read the states of the parents, in their order, and the row for them."""
        tokens, child = self._tokens, self._child.name
        begin = tokens.place
        while tokens.peek() not in {")", ""}:
            tokens.name("a state of a parent")
        tokens.expect(")", "the states of the parents")
        given = tokens.place - 1 - begin
        if given != len(self._parents):
            raise tokens.fault(
                f"The row gives {given} states, but {child} has {len(self._parents)} parents. Give one for each.", begin
            )
        place, said = 0, []
        for k, (variable, states) in enumerate(zip(self._parents, self._states, strict=True)):
            token = tokens.items[begin + k]
            label = token[1:-1] if token.startswith('"') else token
            if label not in states:
                known = ", ".join(variable.labels[:10]) + (", ..." if variable.n_states > 10 else "")
                raise tokens.fault(
                    f'{variable.name} has no state "{tokens.shown(begin + k)}"; its states are {known}. Correct it.',
                    begin + k,
                )
            place = place * variable.n_states + states[label]
            said.append(f"{variable.name} = {label}")
        if place in self._rows:
            raise tokens.fault(f"The row of {child} for {', '.join(said)} is given twice. Remove one.")
        self._rows[place] = self._read_row(", ".join(said))

    def _read_row(self, given: str) -> list[float]:
        tokens, child, at = self._tokens, self._child, self._tokens.place
        values = tokens.numbers("the row")
        if len(values) != child.n_states:
            raise tokens.fault(
                f"The row of {child.name} given {given} has {len(values):,} probabilities; {child.name} has "
                f"{child.n_states:,} states. Give one for each.",
                at,
            )
        total = fsum(values)
        if abs(total - 1) > TOLERANCE:
            raise tokens.fault(
                f"The probabilities of {child.name} given {given} add up to {total:.8g} instead of 1. Correct them.", at
            )
        return [value / total for value in values] if abs(total - 1) > _ROUNDING else values

    def _from_rows(self) -> NDArray[np.float64]:
        tokens, child = self._tokens, self._child
        n_rows = prod(self._shape)
        if self._default is None and len(self._rows) < n_rows:
            place = next(place for place in range(n_rows) if place not in self._rows)
            said = []
            for variable in reversed(self._parents):
                place, state = divmod(place, variable.n_states)
                said.append(f"{variable.name} = {variable.labels[state]}")
            given = f" given {', '.join(reversed(said))}" if said else ""
            raise tokens.fault(f"There are no probabilities of {child.name}{given}. Add a row, or a default.")
        table = np.empty((n_rows, child.n_states))
        if self._default is not None:
            table[:] = self._default
        for place, row in self._rows.items():
            table[place] = row
        return table.reshape(*self._shape, child.n_states)
