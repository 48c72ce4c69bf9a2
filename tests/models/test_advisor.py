"""Is the advice the smallest set, are its costs those of the runs it speaks of, and does the sentence say so?"""

from __future__ import annotations

import math

import networkx as nx
import pytest

from models import condition, forecast, infer, ising_grid, stacked_rbm
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
