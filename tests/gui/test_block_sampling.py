"""Can a person run the block sampler on the document's blocks, change the blocks, and be told when they cannot be?"""

from __future__ import annotations

import numpy as np
import pytest

from gui.hand import wait_until
from models import UGM, Factor, infer
from models.block_edits import with_blocks, with_layers_as_blocks, with_new_block
from tests.acts import Person


@pytest.fixture
def person(window):
    sat = Person(window)
    window.filing.open_example("example.rbm")
    sat.settle()
    sat.keys("Ctrl+3")
    sat.pick(window.workspaces.sample.side._controls._method, "Block Gibbs")
    return sat


def snapshot(person):
    return person.window.workspaces.sample.snapshot


def run(person, n_draws=2000):
    person.keys("F6")
    wait_until(lambda: snapshot(person) is not None and snapshot(person).n_draws > n_draws, "draws")


def test_blocks_are_designed_where_the_document_has_none(person):
    # A third of the weights: draws then hardly depend on those before, and a few thousand tell right from wrong.
    ugm = person.project.ugm
    milder = UGM(ugm.variables, [Factor(factor.scope, 0.3 * factor.log_table) for factor in ugm.factors])
    person.window.edit("Make it milder", person.project.with_model(milder))
    run(person, 4000)
    assert snapshot(person).method == "tree-gibbs"
    exact = infer(person.project.ugm)
    counts = snapshot(person).counts["z1"]
    assert np.abs(np.array(counts) / sum(counts) - exact.marginals["z1"]).max() < 0.05


def test_the_blocks_of_the_document_are_used_and_a_change_starts_anew(person):
    window = person.window
    window.edit("Make blocks", with_layers_as_blocks(person.project))
    run(person)
    assert [set(block) for block in window.controller._sample.blocks] == [
        {"x1", "x2", "x3", "h1", "h2", "h3"},
        {"z1", "z2", "z3", "y1", "y2", "y3"},
    ]
    heard = []
    window.controller.sampling_changed.connect(lambda running, note: heard.append(note))
    window.edit("Make a block", with_new_block(person.project, ["x1"]))
    wait_until(lambda: bool(heard), "the sampler to start anew")
    assert heard[-1] == "The blocks changed: started again on the new blocks."
    assert len(window.controller._sample.blocks) == 3


def test_a_block_with_a_cycle_is_refused_in_words(person):
    person.window.edit("Make blocks", with_blocks(person.project, [["x1", "x2", "z1"]]))
    person.keys("F6")
    wait_until(lambda: "has a cycle given the rest" in person.notice, "the notice")
    assert not person.window.controller.sampling
    person.window.edit("Make blocks", with_layers_as_blocks(person.project))
    run(person)


def test_a_step_tells_what_it_drew(person):
    person.keys("F7")
    wait_until(lambda: snapshot(person) is not None and snapshot(person).step is not None, "a step")
    assert snapshot(person).step.name in person.project.ugm.names
    told = person.window.workspaces.sample.side._controls
    wait_until(lambda: "p =" in told._told, "what the step did")
