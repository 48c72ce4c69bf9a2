"""Which small models can a property be tried on? Hypothesis strategies for UGMs and evidence.

The models hold what breaks programs: forbidden states, isolated variables, variables with one state, several parts,
scopes that repeat or nest, constants, and tables whose entries span hundreds of orders of magnitude. They stay below
`max_joint` joint states, so that the oracle can enumerate them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import strategies as st

from models.conditioning import Evidence
from models.factor import Factor
from models.ugm import UGM, Variable

FORBIDDEN = -math.inf


# What a table is told to break on: whole numbers tie, and tiny ones are lost beside others. All others have few bits,
# so that a sum of them is exact and what a test compares differs by its own rounding alone.
_AWKWARD = (0.0, -0.0, 1.0, -1.0, 5.0, -5.0, 0.5, -2.0, 2.0**-24, -(2.0**-126), 3.0, 11184811 / 2.0**25)
_FAR = (-2000.0, 2000.0, -745.5, 710.0, -690.5, 1000.0)


def log_tables(shape: tuple[int, ...], wide: bool, zeros: bool) -> st.SearchStrategy[np.ndarray]:
    """Draw a table of log potentials; `wide` ones reach from 1e-300 to 1e300 and beyond.

    Four bytes make an entry: drawn one by one, entries take far longer than everything a test does with them.
    """
    size = math.prod(shape)

    def table(drawn: bytes) -> np.ndarray:
        return np.reshape([_entry(drawn[4 * k : 4 * k + 4], wide, zeros) for k in range(size)], shape)

    return st.binary(min_size=4 * size, max_size=4 * size).map(table)


def _entry(drawn: bytes, wide: bool, zeros: bool) -> float:
    """Read an entry: nothing but zero bytes are 0; two in five are forbidden, half of the others awkward."""
    if zeros and drawn[0] % 5 > 2:
        return FORBIDDEN
    far = wide and drawn[1] % 2 == 1
    if drawn[1] & 2:
        return int.from_bytes(drawn[2:], "big", signed=True) * (400.0 if far else 1.0) * 5.0 / 2.0**15
    return _FAR[drawn[3] % len(_FAR)] if far else _AWKWARD[drawn[3] % len(_AWKWARD)]


@st.composite
def ugms(
    draw: st.DrawFn,
    max_variables: int = 6,
    max_states: int = 4,
    max_joint: int = 1500,
    max_factors: int = 8,
    zeros: bool = True,
    wide: bool = False,
    min_variables: int = 0,
) -> UGM:
    """Draw a model."""
    n = draw(st.integers(min_variables, max_variables))
    cards: list[int] = []
    for _ in range(n):
        room = max_joint // max(1, math.prod(cards))
        cards.append(draw(st.integers(1, max(1, min(max_states, room)))))
    # Names out of alphabetical order, so that nobody sorts by them unnoticed.
    names = draw(st.permutations([f"v{i}" for i in range(n)]))
    factors = []
    for _ in range(draw(st.integers(0, max_factors))):
        scope = draw(st.lists(st.integers(0, n - 1), max_size=min(n, 4), unique=True)) if n else []
        shape = tuple(cards[i] for i in scope)
        factors.append(Factor([names[i] for i in scope], draw(log_tables(shape, wide, zeros))))
    return UGM([Variable.of_size(name, card) for name, card in zip(names, cards, strict=True)], factors)


@st.composite
def evidence_for(draw: st.DrawFn, ugm: UGM) -> Evidence:
    """Draw evidence on any subset of the variables, all of them included."""
    chosen = draw(st.lists(st.sampled_from(ugm.names), unique=True)) if ugm.variables else []
    return Evidence({name: draw(st.integers(0, ugm.variable(name).n_states - 1)) for name in chosen})


@st.composite
def ugms_with_evidence(draw: st.DrawFn, **options: Any) -> tuple[UGM, Evidence]:
    """Draw a model and evidence for it."""
    ugm = draw(ugms(**options))
    return ugm, draw(evidence_for(ugm))


LIKELIHOODS = st.one_of(st.just(0.0), st.just(1.0), st.floats(0.001, 10.0), st.sampled_from([1e-300, 3e-8, 1e250]))


@st.composite
def soft_for(draw: st.DrawFn, ugm: UGM) -> dict[str, list[float]]:
    """Draw likelihoods for some variables of a model, none zero everywhere."""
    chosen = draw(st.lists(st.sampled_from(ugm.names), unique=True)) if ugm.variables else []
    soft = {}
    for name in chosen:
        n = ugm.variable(name).n_states
        soft[name] = draw(st.lists(LIKELIHOODS, min_size=n, max_size=n).filter(any))
    return soft
