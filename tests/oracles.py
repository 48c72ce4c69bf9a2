"""What is the right answer on a small model? Found by writing out every joint state.

This file shares no code with `models`: it reads numbers only, and adds up what the definitions say. It is slow on
purpose; keep models below about 10,000 joint states.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, NamedTuple

import numpy as np


class Answer(NamedTuple):
    """Everything there is to know about a small model.

    `marginals` (one array per variable) and `pairs` (keyed (i, j), i < j, axes in that order) are None when no joint
    state is possible; then `log_z` and `best_score` are minus infinity and `maximisers` is empty.
    """

    log_z: float
    marginals: list[np.ndarray] | None
    pairs: dict[tuple[int, int], np.ndarray] | None
    best_score: float
    maximisers: list[tuple[int, ...]]
    scores: dict[tuple[int, ...], float]


def enumerate_model(
    cards: list[int], factors: list[tuple[tuple[int, ...], Any]], evidence: dict[int, int] | None = None
) -> Answer:
    """Enumerate a model of `cards` states per variable; a factor is (variable indices, table of natural logs)."""
    evidence = evidence or {}
    scores: dict[tuple[int, ...], float] = {}
    for state in itertools.product(*(range(card) for card in cards)):
        if all(state[i] == s for i, s in evidence.items()):
            score = sum(float(np.asarray(table)[tuple(state[i] for i in scope)]) for scope, table in factors)
            if score > -math.inf:
                scores[state] = score
    if not scores:
        return Answer(-math.inf, None, None, -math.inf, [], {})
    best = max(scores.values())
    total = math.fsum(math.exp(score - best) for score in scores.values())
    marginals = [np.zeros(card) for card in cards]
    pairs = {(i, j): np.zeros((cards[i], cards[j])) for i, j in itertools.combinations(range(len(cards)), 2)}
    for state, score in scores.items():
        p = math.exp(score - best) / total
        for i, s in enumerate(state):
            marginals[i][s] += p
        for (i, j), table in pairs.items():
            table[state[i], state[j]] += p
    maximisers = [state for state, score in scores.items() if score >= best - 1e-9 * max(1.0, abs(best))]
    return Answer(best + math.log(total), marginals, pairs, best, maximisers, scores)


def enumerate_ugm(ugm: Any, evidence: dict[str, int] | None = None) -> Answer:
    """Enumerate a UGM by its public attributes; variables are numbered in model order, evidence goes by name."""
    place = {variable.name: i for i, variable in enumerate(ugm.variables)}
    return enumerate_model(
        [len(variable.labels) for variable in ugm.variables],
        [(tuple(place[name] for name in factor.scope), factor.log_table) for factor in ugm.factors],
        {place[name]: state for name, state in (evidence or {}).items()},
    )
