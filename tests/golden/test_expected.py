"""Do the demonstration's numbers follow from the bundled PINs, by a method that shares no code with `models`?"""

import json
import math
from importlib.resources import files

import numpy as np
import pytest

from models import decode, fit, infer, probability
from models.pins import bundled_pins
from tests.golden.make_expected import MODELS, answers, read_pins

EXPECTED = json.loads((files("resources") / "demo" / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made():
    return answers()


@pytest.fixture(scope="module")
def pins():
    return bundled_pins()


def test_the_file_is_what_its_program_makes(made):
    assert EXPECTED["source"] == made["source"]
    assert EXPECTED["pins"]["rows"] == made["pins"]["rows"] == 10_000
    assert EXPECTED["stacked_rbm"] == made["stacked_rbm"]
    assert set(EXPECTED["pins"]) == {"rows", "data", "mle"}
    assert EXPECTED["pins"]["data"] == pytest.approx(made["pins"]["data"], abs=1e-9)
    assert list(EXPECTED["pins"]["mle"]) == list(MODELS)
    for name, numbers in made["pins"]["mle"].items():
        assert EXPECTED["pins"]["mle"][name] == pytest.approx(numbers, abs=1e-9), name


def test_the_program_reads_the_same_pins(pins):
    counts = read_pins()
    assert pins.names == ("x1", "x2", "x3", "x4")
    assert pins.total_weight == counts.sum()
    np.testing.assert_array_equal(pins.counts(pins.names), counts)
    assert pins.commonest_row() == (1, 2, 3, 4)


def test_what_can_be_done_by_hand_comes_out_the_same():
    """Independence and the chain have closed forms; the file's numbers are theirs."""
    counts = read_pins()
    share = counts / counts.sum()
    seen = share[share > 0]
    mle = EXPECTED["pins"]["mle"]
    assert EXPECTED["pins"]["data"]["nll"] == pytest.approx(-(seen * np.log(seen)).sum(), abs=1e-9)
    single = [share.sum(axis=tuple(b for b in range(4) if b != a)) for a in range(4)]
    entropy = [-math.fsum(p * np.log(p) for p in each if p > 0) for each in single]
    assert mle["independent"]["nll"] == pytest.approx(sum(entropy), abs=1e-9)
    assert mle["independent"]["p4_given_123"] == pytest.approx(single[3][4], abs=1e-9)
    pairs = [share.sum(axis=tuple(c for c in range(4) if c not in (a, a + 1))) for a in range(3)]
    joint = [-math.fsum(p * np.log(p) for p in each.ravel() if p > 0) for each in pairs]
    assert mle["chain"]["nll"] == pytest.approx(sum(joint) - entropy[1] - entropy[2], abs=1e-9)
    assert mle["chain"]["p4_given_123"] == pytest.approx(pairs[2][3, 4] / single[2][3], abs=1e-9)
    assert mle["one edge"]["nll"] == pytest.approx(joint[0] + entropy[2] + entropy[3], abs=1e-9)


def test_the_story_that_the_numbers_tell():
    mle, data = EXPECTED["pins"]["mle"], EXPECTED["pins"]["data"]
    assert (
        mle["independent"]["nll"] > mle["one edge"]["nll"] > mle["chain"]["nll"] > mle["complete"]["nll"] > data["nll"]
    )
    guesses = [mle[name]["p4_given_123"] for name in ("independent", "chain", "complete")]
    assert guesses == sorted(guesses)
    assert guesses[-1] < data["p4_given_123"]
    assert guesses[0] < 0.25 < 0.5 < guesses[1] < guesses[2]


@pytest.mark.parametrize("name", MODELS)
def test_the_program_fits_the_bundled_pins_to_these_numbers(pins, name):
    right = EXPECTED["pins"]["mle"][name]
    result = fit(pins, [(f"x{a + 1}", f"x{b + 1}") for a, b in MODELS[name]])
    assert result.converged
    assert result.nll == pytest.approx(right["nll"], abs=1e-5)
    ugm = result.ugm
    assert infer(ugm).marginals["x1"][1] == pytest.approx(right["p_x1_is_1"], abs=1e-4)
    assert probability(ugm, {"x1": 1, "x2": 2, "x3": 3, "x4": 4}) == pytest.approx(right["p_1234"], abs=1e-4)
    given = {"x1": 1, "x2": 2, "x3": 3}
    assert probability(ugm, {"x4": 4}, given) == pytest.approx(right["p4_given_123"], abs=1e-4)
    assert tuple(decode(ugm).assignment.values()) == (1, 2, 3, 4)


def test_the_reference_data_give_the_published_numbers(shared):
    """The same program of proportional fitting, on the reference PINs, gives the answers that stand beside them."""
    from models.files import read_dataset
    from tests.golden.make_expected import fit as proportional

    folder = shared / "data" / "pins"
    published = json.loads((folder / "answers.json").read_text(encoding="utf-8"))["mle"]
    data = read_dataset(folder / "PINS.jld")
    share = data.counts(data.names) / data.total_weight
    for name in ("independent", "chain", "complete"):
        p = proportional(share, MODELS[name])
        assert p[1, 2, 3, 4] / p[1, 2, 3].sum() == pytest.approx(published[name]["p4_given_123"], abs=1e-5)
        assert p[1, 2, 3, 4] == pytest.approx(published[name]["p_1234"], abs=1e-5)
