"""Does a Bayesian network in BIF become the same distribution, however the file is spelt?"""

from __future__ import annotations

import gzip
import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import infer, read_model
from models.files.bif import read_bif
from models.moral import arcs_of
from tests.models.networks import BAKERY, LAWN, Net, bakery_by_hand, directed_joint, lawn_by_hand


def check_same(ugm, net: Net) -> None:
    """Compare the model with the directed product, state by state and through inference."""
    assert ugm.names == tuple(net.labels)
    assert [list(v.labels) for v in ugm.variables] == list(net.labels.values())
    assert [f.scope for f in ugm.factors] == [(*parents, child) for child, (parents, _) in net.tables.items()]
    joint = directed_joint(net)
    assert math.fsum(joint.values()) == pytest.approx(1, abs=1e-9)
    for labels, p in joint.items():
        state = {v.name: v.labels.index(label) for v, label in zip(ugm.variables, labels, strict=True)}
        assert math.exp(ugm.log_score(state)) == pytest.approx(p, rel=1e-12, abs=1e-300)
    result = infer(ugm)
    assert result.log_z == pytest.approx(0, abs=1e-12)
    for k, variable in enumerate(ugm.variables):
        for s, label in enumerate(variable.labels):
            p = math.fsum(p for labels, p in joint.items() if labels[k] == label)
            assert result.marginals[variable.name][s] == pytest.approx(p, abs=1e-12)


@pytest.fixture
def write(tmp_path: Path):
    def save(content: str | bytes, name: str = "net.bif") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return save


@pytest.mark.parametrize(
    ("content", "net"), [(LAWN, lawn_by_hand()), (BAKERY, bakery_by_hand())], ids=["lawn", "bakery"]
)
def test_a_network_is_the_directed_product(write, content, net) -> None:
    check_same(read_model(write(content)), net)
    check_same(read_bif(write(gzip.compress(content.encode()), "net.bif.gz")), net)


def test_decimals_are_kept_as_written(write) -> None:
    ugm = read_model(write(BAKERY))
    np.testing.assert_array_equal(ugm.factors[1].log_table, np.log([0.7, 0.3]))
    np.testing.assert_array_equal(
        ugm.factors[0].log_table[0, 2], np.log([0.1, 0.3, 0.6])
    )  # the sum is 0.9999999999999999


def test_arcs(write) -> None:
    arcs = arcs_of(read_model(write(LAWN)))
    assert arcs == (("Cloudy", "Rain"), ("Cloudy", "Sprinkler"), ("Rain", "Wet"), ("Sprinkler", "Wet"))


SAME = {
    "CRLF": LAWN.replace("\n", "\r\n"),
    "CR": LAWN.replace("// made for these tests\n", "").replace("  // when cloudy", "").replace("\n", "\r"),
    "byte-order mark": "\ufeff" + LAWN,
    "no commas, no bars": LAWN.replace(",", " ").replace("|", " "),
    "quotes": LAWN.replace("Rain", '"Rain"').replace("Cloudy", '"Cloudy"').replace("(yes)", '("yes")'),
    "comment marks in quotes": LAWN.replace('"year 2024; really"', '"http://x /* y"'),
    "spelt otherwise": LAWN.replace("0.875, 0.125", "875e-3 +.125").replace("table 0.375", "table 37.5E-2"),
    "no name": LAWN.replace("network lawn", "network"),
}


@pytest.mark.parametrize("content", SAME.values(), ids=SAME.keys())
def test_spellings_of_the_same_network(write, content) -> None:
    assert read_bif(write(content)).same_as(read_bif(write(LAWN, "plain.bif")))


def test_rows_that_add_up_almost_are_scaled(write) -> None:
    close = LAWN.replace("table 0.375, 0.625", "table 0.3750004, 0.625").replace(
        "(no) 0.875, 0.125", "(no) 0.8750004, 0.125"
    )
    ugm = read_bif(write(close))
    assert infer(ugm).log_z == pytest.approx(0, abs=1e-14)
    assert np.exp(ugm.factors[0].log_table).sum() == pytest.approx(1, abs=1e-15)


# --- chance ------------------------------------------------------------------------------------------------------

words = st.text(
    st.characters(codec="utf-8", exclude_characters='"\n\r\0', exclude_categories=["Cs"]), max_size=5
).filter(str.strip)


@st.composite
def nets(draw: st.DrawFn) -> Net:
    """Draw a network; some rows are certain, some repeat, so that a default is of use."""
    names = draw(st.lists(words, min_size=1, max_size=5, unique=True))
    labels = {name: draw(st.lists(words, min_size=1, max_size=3, unique=True)) for name in names}
    order = draw(st.permutations(names))
    tables = {}
    for child in draw(st.permutations(names)):
        before = order[: order.index(child)]
        parents = draw(st.permutations(before))[: draw(st.integers(0, min(3, len(before))))]
        rows = {}
        for given_labels in itertools.product(*(labels[p] for p in parents)):
            weights = draw(st.lists(st.integers(0, 9), min_size=len(labels[child]), max_size=len(labels[child])))
            total = sum(weights) or len(weights)
            rows[given_labels] = [(w if sum(weights) else 1) / total for w in weights]
        tables[child] = (list(parents), rows)
    return Net(labels, tables)


def as_bif(net: Net, draw) -> str:
    """Write a network, each table in a style of its own."""
    blocks = []
    for name, labels in net.labels.items():
        listed = draw(st.sampled_from([", ", " "])).join(f'"{label}"' for label in labels)
        blocks.append(f'variable "{name}" {{ type discrete [ {len(labels)} ] {{ {listed} }}; }}')
    for child, (parents, rows) in net.tables.items():
        style = draw(st.sampled_from(["rows", "default", "table"]))
        body = []
        if style == "table":
            entries = [repr(row[s]) for s in range(len(net.labels[child])) for row in rows.values()]
            body = [f"table {' '.join(entries)};"]
        else:
            default = draw(st.sampled_from(list(rows.values()))) if style == "default" else None
            listed = [(key, row) for key, row in rows.items() if row != default]
            for key, row in draw(st.permutations(listed)):
                quoted = ", ".join(f'"{label}"' for label in key)
                body.append(f"({quoted}) {', '.join(map(repr, row))};")
            if default is not None:
                body.insert(draw(st.integers(0, len(body))), f"default {' '.join(map(repr, default))};")
        given_names = "".join(f' "{parent}"' for parent in parents)
        bar = " |" if parents and draw(st.booleans()) else ""
        blocks.append(f'probability ( "{child}"{bar}{given_names} ) {{ {" ".join(body)} }}')
    variables = blocks[: len(net.labels)] if draw(st.booleans()) else draw(st.permutations(blocks[: len(net.labels)]))
    return "\n".join(["network n { }", *blocks[len(net.labels) :], *variables])


@given(st.data())
def test_random_networks_in_random_spellings(tmp_path_factory, data) -> None:
    net = data.draw(nets())
    path = tmp_path_factory.getbasetemp() / "random.bif"
    path.write_text(as_bif(net, data.draw), encoding="utf-8")
    ugm = read_bif(path)
    ordered = Net({name: net.labels[name] for name in ugm.names}, net.tables)
    check_same(ugm, ordered)
    arcs = {(parent, child) for child, (parents, _) in net.tables.items() for parent in parents}
    assert set(arcs_of(ugm)) == arcs


# --- another program ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [LAWN, BAKERY], ids=["lawn", "bakery"])
def test_marginals_are_those_of_another_program(write, content) -> None:
    """Its network is built from the tables as they are here by hand, so that its own reader does not matter."""
    gum = pytest.importorskip("pyagrum", reason="pyAgrum is not installed")
    net = {LAWN: lawn_by_hand, BAKERY: bakery_by_hand}[content]()
    theirs = gum.BayesNet()
    for name, labels in net.labels.items():
        theirs.add(gum.LabelizedVariable(name, "", labels))
    for child, (parents, _) in net.tables.items():
        for parent in parents:
            theirs.addArc(parent, child)
    for child, (parents, rows) in net.tables.items():
        for key, row in rows.items():
            theirs.cpt(child)[dict(zip(parents, key, strict=True))] = row
    ugm = read_bif(write(content))
    for evidence in ({}, {ugm.names[-2]: 1, ugm.names[0]: 0}):
        engine = gum.LazyPropagation(theirs)
        engine.setEvidence({name: int(state) for name, state in evidence.items()})
        engine.makeInference()
        ours = infer(ugm, evidence)
        for name in ugm.names:
            np.testing.assert_allclose(ours.marginals[name], engine.posterior(name).toarray(), atol=1e-12)
        if evidence:
            assert math.exp(ours.log_z) == pytest.approx(engine.evidenceProbability(), rel=1e-12)
