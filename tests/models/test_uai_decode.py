"""Most probable joint states of published models: the scores are those that two programs agree on."""

import json
import math

import pytest

from models import kernels
from models.exact import decode, max_marginals
from models.files import read_evidence, read_model

# Every family; all that decode in about a second, compiled.
NUMBERED = {
    "Alchemy": (11,),
    "CSP": (12,),
    "DBN": (11, 14),
    "Grids": (11, 12, 14),
    "ObjectDetection": (11, 28, 46, 74),
    "Pedigree": (11, 12),
    "Promedus": (11, 13, 15, 16, 24, 26, 27, 29, 30, 33),
    "Segmentation": (11, 12, 16),
}
NAMES = [f"{family}_{k}" for family, numbers in NUMBERED.items() for k in numbers]
NAMES += ["asia", "cancer", "dual_circ_reduced", "paskin", "pedigree1", "uai_test_model"]


@pytest.fixture(scope="module")
def answers(shared):
    for part in ("exact", "maxima", "reduction"):
        for one in kernels.kernels_of(part):
            one.compile()
    return json.loads((shared / "data" / "uai" / "answers.json").read_text(encoding="utf-8"))


def read(shared, name):
    path = shared / "data" / "uai" / f"{name}.uai"
    evidence = path.with_name(path.name + ".evid")
    ugm = read_model(path)
    return ugm, read_evidence(evidence, ugm) if evidence.exists() else {}


@pytest.mark.parametrize("name", NAMES)
def test_scores_are_the_published_ones(shared, answers, name):
    ugm, evidence = read(shared, name)
    found = decode(ugm, evidence)
    assert found.exact
    assert all(found.assignment[v] == state for v, state in evidence.items())
    wanted = answers[name]["mpe_log10"]
    # Eight decimals are given.
    assert found.log_score / math.log(10.0) == pytest.approx(wanted, rel=1e-9, abs=5.1e-9)
    # The assignment given is as good, to rounding; where nothing ties it is the same.
    given = dict(zip(ugm.names, answers[name]["mpe_assignment"], strict=True))
    assert ugm.log_score(given) == pytest.approx(found.log_score, rel=1e-12)
    assert found.ties or found.assignment == given


@pytest.mark.parametrize("name", ["asia", "Promedus_24", "Grids_12", "CSP_12", "Pedigree_12"])
def test_max_marginals_lie_at_the_best_score_and_below(shared, answers, name):
    ugm, evidence = read(shared, name)
    found = decode(ugm, evidence)
    arrays = max_marginals(ugm, evidence)
    for v, values in arrays.items():
        assert values.max() == pytest.approx(found.log_score, rel=1e-12)
        assert values[found.assignment[v]] == values.max() or found.ties
    # Held in its second best state, a variable scores what the array says.
    v = min((v for v in ugm.names if v not in evidence), key=lambda v: -sorted(arrays[v])[-2])
    second = int(arrays[v].argsort()[-2])
    assert decode(ugm, {**evidence, v: second}).log_score == pytest.approx(arrays[v][second], rel=1e-12)
