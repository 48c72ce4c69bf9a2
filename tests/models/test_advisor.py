"""Is the advice the smallest set, are its costs those of the runs it speaks of, and does the sentence say so?"""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest

from models import (
    UGM,
    EvidenceError,
    Factor,
    SoftEvidence,
    Variable,
    condition,
    forecast,
    infer,
    ising_grid,
    stacked_rbm,
)
from models.advisor import advise, advise_steps
from models.examples import chain, complete


def test_what_is_left_is_a_forest_and_the_costs_are_those_of_the_runs():
    ugm = ising_grid(4, 5)
    advice = advise(ugm)
    left = condition(ugm, dict.fromkeys(advice.names, 0)).ugm
    assert advice.exact
    assert nx.is_forest(left.graph())
    assert advice.n_terms == 2.0 ** len(advice.names)
    assert advice.before.total_entries == forecast(ugm).total_entries
    assert advice.after.total_entries == forecast(left).total_entries
    assert advice.summed_entries == advice.n_terms * advice.after.total_entries
    assert f"Clamping {len(advice.names)} variables leaves a forest, and no fewer will do." in advice.sentence


def test_advice_is_about_what_is_left_already():
    ugm = stacked_rbm(3)
    evidence = {f"x{k}": 1 for k in (1, 2, 3)} | {f"h{k}": 0 for k in (1, 2, 3)}
    advice = advise(ugm, evidence)
    assert advice.names == ()
    assert advice.sentence == "Nothing needs to be clamped: what is left is a forest already."
    more = advise(ugm, {"x1": 1})
    assert "x1" not in more.names


def test_summing_over_the_advised_set_gives_the_exact_answer():
    ugm = ising_grid(4, 4)
    advice = advise(ugm, width=2)
    exact, summed = infer(ugm), infer(ugm, method="cutset", cutset=advice.names)
    assert summed.log_z == pytest.approx(exact.log_z, abs=1e-10)


def test_the_sentence_compares_with_the_junction_tree():
    assert advise(complete(4, 10)).sentence.endswith("Cutset conditioning takes as long, in less memory.")
    assert advise(ising_grid(5, 6)).sentence.endswith("Cutset conditioning takes longer, in less memory.")
    assert "treewidth 2 at most" in advise(chain(5), width=2).sentence


def test_a_bound_is_called_a_bound():
    advice = advise(ising_grid(12, 12), time_limit=0.1)
    assert not advice.exact
    assert f"at least {advice.lower} are needed" in advice.sentence


def test_sets_with_countless_states_are_said_so():
    advice = advise(complete(40, 5), width=1, time_limit=1)
    assert advice.n_terms > 1e25
    assert "about 10^" in advice.sentence
    assert math.isfinite(advice.lower)


def test_advice_improves_on_the_way():
    shown = [value for value in advise_steps(ising_grid(6, 6)) if value is not None]
    assert shown
    assert len(shown[0].names) >= len(shown[-1].names) >= shown[-1].lower >= shown[0].lower


def triangle(*sizes, log_table=None):
    names = ("a", "b", "c")
    pairs = [(0, 1), (0, 2), (1, 2)]
    return UGM(
        [Variable.of_size(name, n) for name, n in zip(names, sizes, strict=True)],
        [Factor((names[i], names[j]), np.zeros((sizes[i], sizes[j]))) for i, j in pairs]
        + ([] if log_table is None else [Factor(("a",), log_table)]),
    )


@pytest.mark.parametrize(
    ("ugm", "evidence", "width", "sentence"),
    [
        (UGM(()), {}, 1, "There is no variable to clamp."),
        (chain(2), {"x1": 0, "x2": 1}, 1, "Every variable is clamped already."),
        (chain(3), {"x2": 0}, 0, "Nothing needs to be clamped: no edge is left."),
        (chain(3), {}, 2, "Nothing needs to be clamped: what is left has treewidth 2 at most already."),
    ],
)
def test_where_nothing_needs_to_be_clamped_the_sentence_is_english(ugm, evidence, width, sentence):
    assert advise(ugm, evidence, width).sentence == sentence


def test_one_is_needed_and_one_state_is_a_state():
    steps = advise_steps(ising_grid(3, 6), width=2, time_limit=0)
    advice = next(value for value in steps if value is not None)
    assert advice.lower == 1  # the treewidth is 3
    assert "; at least 1 is needed. " in advice.sentence
    words = advise(triangle(1, 2, 3)).sentence
    # By hand: a is summed over its one state, and the table over b and c has 6 entries, clamped or not.
    assert "over 1 joint state costs 6 entries in all and holds 6 entries at a time" in words
    assert words.endswith("costs 6 entries at once. Both cost the same.")
    assert "holds 1 entry at a time" in advise(triangle(1, 1, 1)).sentence


def test_sums_beyond_the_range_of_numbers_are_not_written_as_small_ones():
    """1,300 triangles: 2^1300 terms, where "inf" has three letters."""
    names = [f"x{k}" for k in range(3 * 1300)]
    pairs = [(names[3 * k + a], names[3 * k + b]) for k in range(1300) for a, b in ((0, 1), (1, 2), (0, 2))]
    ugm = UGM([Variable.of_size(name, 2) for name in names], [Factor(pair, np.zeros((2, 2))) for pair in pairs])
    advice = advise(ugm, time_limit=0)
    assert "Summing over more than 10^300 joint states costs more than 10^300 entries" in advice.sentence
    assert advice.sentence.endswith("Cutset conditioning takes longer, in less memory.")


def test_the_states_offered_can_happen():
    forbidden = triangle(2, 2, 2, log_table=[-np.inf, 0.0])
    assert advise(forbidden, {"b": 0}, 0).states == {"a": 1}
    assert advise(triangle(2, 2, 2)).states == dict.fromkeys(advise(triangle(2, 2, 2)).names, 0)


def test_states_that_soft_evidence_excludes_are_not_offered():
    ugm = triangle(3, 3, 3)
    soft = SoftEvidence()
    for name in ugm.names:
        soft = soft.exclude(name, 0)
    states = advise(ugm, width=0, soft=soft).states
    assert len(states) == 2
    assert set(states.values()) == {1}
    # The model forbids 1 and the soft evidence 0: both together leave one state.
    forbidden = triangle(3, 2, 2, log_table=[0.0, -np.inf, 0.0])
    assert advise(forbidden, {"b": 0}, 0, soft={"a": [0.0, 0.5, 0.5]}).states == {"a": 2}


def test_excluded_states_are_not_offered_even_where_nothing_can_happen():
    ugm = triangle(2, 2, 2).with_factor(Factor((), -np.inf))
    assert set(advise(ugm, width=0, soft={name: [0.0, 1.0] for name in ugm.names}).states.values()) == {1}


def test_soft_evidence_that_does_not_fit_is_refused():
    with pytest.raises(EvidenceError, match="q"):
        advise(triangle(2, 2, 2), soft={"q": [0.0, 1.0]})
