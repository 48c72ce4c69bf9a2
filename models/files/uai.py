"""What does a UAI file say: which model, which evidence?

The format is that of the UAI inference competitions: MARKOV or BAYES, the number of variables, their state counts, the
number of tables, a scope for each (count, then variable numbers from 0), then each table as its length and its entries,
the last variable of the scope as written changing fastest. Entries are potentials and are used as they stand; scopes
may repeat, be in any order, or be empty (a constant). A BAYES file is read as the product of its tables.
"""

from __future__ import annotations

from math import prod
from pathlib import Path

import numpy as np

from models.conditioning import Evidence
from models.errors import CancelToken, FileFormatError
from models.factor import Factor
from models.steps import Progress, Steps, drain
from models.ugm import UGM, Variable

from .sources import as_path
from .uai_tokens import MAX_BYTES, Tokens, read_tokens_steps

MAX_STATES = 1_000_000
MAX_SCOPE = 32  # axes that every supported NumPy can hold
_BATCH = 500


def read_uai(path: str | Path, max_bytes: float = MAX_BYTES) -> UGM:
    """Read a UAI model.

    Parameters
    ----------
    path : str or Path
        Plain or gzipped.
    max_bytes : float
        Larger files are refused before they are read.

    Returns
    -------
    UGM
        Variable i is called `x{i}`, its states are labelled "0", "1", ...; factors in file order.

    Raises
    ------
    FileFormatError
        Names the line and what is wrong; nothing is allocated for what a header merely announces.
    """
    return drain(read_uai_steps(path, max_bytes))


def read_uai_steps(path: str | Path, max_bytes: float = MAX_BYTES, cancel: CancelToken | None = None) -> Steps[UGM]:
    """Read a UAI model in slices; parameters, result and errors as `read_uai`, yields Progress."""
    ugm, _ = yield from read_uai_kind_steps(path, max_bytes, cancel)
    return ugm


def read_uai_kind_steps(
    path: str | Path, max_bytes: float = MAX_BYTES, cancel: CancelToken | None = None
) -> Steps[tuple[UGM, bool]]:
    """Read a UAI model in slices, and whether it says that it is a Bayesian network (BAYES).

    The tables of one are p(last variable of the scope | the others); see `models.moral.arcs_of`.
    """
    path = as_path(path)
    tokens = yield from read_tokens_steps(path, max_bytes, cancel)
    is_bayes = _read_kind(tokens) == b"BAYES"
    variables = _read_variables(tokens)
    scopes = yield from _scope_steps(tokens, variables, cancel)
    factors = yield from _table_steps(tokens, variables, scopes, cancel)
    return UGM(variables, factors), is_bayes


def _read_kind(tokens: Tokens) -> bytes:
    kind = tokens.word("MARKOV or BAYES").upper()
    if kind in {b"MAR", b"PR", b"MPE", b"MAP"}:
        raise tokens.fault(f"This is a file of {kind.decode()} results, not a model. Choose the .uai file.")
    if kind not in {b"MARKOV", b"BAYES"}:
        raise tokens.fault(f'The file begins with "{tokens.shown()}". A UAI model begins with MARKOV or BAYES.')
    return kind


def _read_variables(tokens: Tokens) -> list[Variable]:
    n_variables = tokens.whole("the number of variables")
    if n_variables > tokens.n_left:
        raise tokens.fault(
            f"{n_variables:,} variables are announced, but only {tokens.n_left:,} numbers follow. Correct the number, "
            "or get the whole file."
        )
    labels: dict[int, tuple[str, ...]] = {}
    variables, n_states = [], 0
    for i in range(n_variables):
        size = tokens.whole(f"the number of states of variable {i}")
        n_states += size
        if size == 0:
            raise tokens.fault(f"Variable {i} has 0 states. Every variable needs at least one.")
        if n_states > MAX_STATES:
            raise tokens.fault(
                f"Variable {i} has {size:,} states, and all variables together more than {MAX_STATES:,}. "
                "Correct the number; larger models are not read."
            )
        if size not in labels:
            labels[size] = tuple(map(str, range(size)))
        variables.append(Variable(f"x{i}", labels[size]))
    return variables


def _scope_steps(tokens: Tokens, variables: list[Variable], cancel: CancelToken | None) -> Steps[list[tuple[int, ...]]]:
    n_tables = tokens.whole("the number of tables")
    if n_tables > tokens.n_left:
        raise tokens.fault(
            f"{n_tables:,} tables are announced, but only {tokens.n_left:,} numbers follow. Correct the number, or get "
            "the whole file."
        )
    scopes = []
    for k in range(n_tables):
        size = tokens.whole(f"the scope of table {k + 1}")
        if size > min(len(variables), MAX_SCOPE):
            raise tokens.fault(
                f"The scope of table {k + 1} announces {size:,} variables; the model has {len(variables):,}, and a "
                f"scope at most {MAX_SCOPE}. Correct the number."
            )
        scope = tuple([tokens.whole(f"a variable of table {k + 1}") for _ in range(size)])
        for j, i in enumerate(scope):
            if i >= len(variables):
                raise tokens.fault(
                    f"Table {k + 1} names variable {i:,}; there are variables 0 to {len(variables) - 1}. Correct it.",
                    tokens.place - size + j,
                )
        if len(set(scope)) != size:
            raise tokens.fault(f"The scope of table {k + 1} names a variable twice. Give each once.")
        scopes.append(scope)
        if k % _BATCH == 0:
            if cancel is not None:
                cancel.check()
            yield Progress(k, n_tables, f"Reading {tokens.path.name}: {k:,} of {n_tables:,} scopes")
    return scopes


def _table_steps(
    tokens: Tokens, variables: list[Variable], scopes: list[tuple[int, ...]], cancel: CancelToken | None
) -> Steps[list[Factor]]:
    start = tokens.place
    numbers, logs = yield from tokens.logs_steps(cancel)
    factors, place = [], 0
    for k, scope in enumerate(scopes):
        shape = tuple([variables[i].n_states for i in scope])
        size = prod(shape)
        if place >= len(numbers):
            tokens.place = len(tokens.items)
            raise _cut(tokens, k, size, 0)
        if numbers[place] != size:
            by = " by ".join(map(str, shape)) or "no variable"
            raise tokens.fault(
                f"Table {k + 1} announces {tokens.shown(start + place)} entries, but its scope has {by} states: "
                f"{size:,}. Correct the length or the scope.",
                start + place,
            )
        begin, place = place + 1, place + 1 + size
        if place > len(numbers):
            raise _cut(tokens, k, size, len(numbers) - begin)
        table = logs[begin:place]
        if not (table < np.inf).all():  # NaN fails the comparison too
            bad = begin + int(np.argmax(~(table < np.inf)))
            raise tokens.fault(
                f"Table {k + 1} has the entry {tokens.shown(start + bad)}. Give a finite number, zero or more.",
                start + bad,
            )
        factors.append(Factor([variables[i].name for i in scope], table.reshape(shape)))
        if k % _BATCH == 0:
            if cancel is not None:
                cancel.check()
            yield Progress(k, len(scopes), f"Reading {tokens.path.name}: {k:,} of {len(scopes):,} tables")
    if place != len(numbers):
        raise tokens.fault(
            f"{len(numbers) - place:,} numbers are left over after the last table. Correct the number of tables.",
            start + place,
        )
    return factors


def _cut(tokens: Tokens, k: int, size: int, there: int) -> FileFormatError:
    return tokens.fault(
        f"The file ends inside table {k + 1}: {there:,} of its {size:,} entries are there. Get the whole file.",
        len(tokens.items),
    )


# --- evidence ----------------------------------------------------------------------------------------------------


def read_evidence(path: str | Path, ugm: UGM) -> Evidence:
    """Read a UAI evidence file for a model.

    Both dialects are read: `k v1 s1 ... vk sk` and, from older competitions, `1 k v1 s1 ... vk sk`, which begins with
    the number of samples. An odd number of numbers means the first, an even number the second. No evidence is `0`.

    Parameters
    ----------
    path : str or Path
        Plain or gzipped.
    ugm : UGM
        Variable number i of the file is `ugm.variables[i]`.

    Returns
    -------
    Evidence
        In file order.

    Raises
    ------
    FileFormatError
        Wrong counts, an unknown variable or state, or two different states for one variable; names the line.
    """
    tokens = drain(read_tokens_steps(as_path(path), MAX_BYTES, None))
    if len(tokens.items) % 2 == 0 and tokens.items:
        n_samples = tokens.whole("the number of samples")
        if n_samples != 1:
            raise tokens.fault(
                f"The file begins with {n_samples} and holds {len(tokens.items)} numbers. Give the number of clamped "
                "variables, then a variable and a state for each."
            )
    n_pairs = tokens.whole("the number of clamped variables")
    if tokens.n_left != 2 * n_pairs:
        raise tokens.fault(
            f"{n_pairs:,} clamped variables are announced, but {tokens.n_left:,} numbers follow instead of "
            f"{2 * n_pairs:,}. Give a variable and a state for each."
        )
    states: dict[str, int] = {}
    for _ in range(n_pairs):
        i = tokens.whole("a variable")
        if i >= len(ugm.variables):
            raise tokens.fault(f"There is no variable {i:,}; the model has {len(ugm.variables)}, counted from 0.")
        variable = ugm.variables[i]
        state = tokens.whole(f"a state of variable {i}")
        if state >= variable.n_states:
            raise tokens.fault(f"Variable {i} has states 0 to {variable.n_states - 1}, not {state:,}. Correct it.")
        if states.setdefault(variable.name, state) != state:
            raise tokens.fault(f"Variable {i} is clamped to two different states. Keep one.")
    return Evidence(states)
