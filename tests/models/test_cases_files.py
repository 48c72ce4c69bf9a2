"""Do the real-world cases about files come out right: tables rw08 to rw11, saved names rw20?"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.dataset import Dataset
from models.factor import Factor
from models.files import read_dataset, read_model, read_project, write_model, write_project
from models.project import Project
from models.ugm import UGM, Variable
from tests.oracles import enumerate_ugm

ROOT = Path(__file__).resolve().parents[2]

TABLE_CHECKS = [
    ("rw08", "a"),
    ("rw09", "a"),
    ("rw09", "b"),
    ("rw09", "c"),
    ("rw10", "a"),
    ("rw10", "b"),
    ("rw11", "a"),
    ("rw11", "b"),
    ("rw11", "c"),
]


def find_check(case, identifier: str, letter: str) -> dict[str, Any]:
    return next(check for check in case(identifier)["checks"] if check["id"] == letter)


def by_label(data: Dataset, name: str) -> dict[str, float]:
    """Return the weight of each label that occurs, counted row by row."""
    place = data.names.index(name)
    tally: dict[str, float] = {}
    for row, weight in zip(data.rows.tolist(), data.weights.tolist(), strict=True):
        label = data.variables[place].labels[row[place]]
        tally[label] = tally.get(label, 0) + weight
    counts = data.counts(name).tolist()
    assert {label: c for label, c in zip(data.variables[place].labels, counts, strict=True) if c} == tally
    return tally


def pins_of(data: Dataset) -> list[str]:
    return ["".join(v.labels[s] for v, s in zip(data.variables, row, strict=True)) for row in data.rows.tolist()]


def shares(tally: dict[str, float]) -> dict[str, float]:
    total = sum(tally.values())
    return {label: weight / total for label, weight in tally.items()}


@pytest.mark.parametrize(("identifier", "letter"), TABLE_CHECKS)
def test_import_table(case, shared, identifier, letter) -> None:
    check = find_check(case, identifier, letter)
    assert check["task"] == "import_table"
    options = {key: check[key] for key in ("pin_column", "weight_column") if key in check}
    path = shared / "cases" / check["data"]
    data = read_dataset(path, **options)
    # What the caller may say is found out as well when it is not said.
    assert read_dataset(path).same_as(data)
    expect = dict(check["expect"])
    tolerance = check.get("tol", {}).get("p", 1e-9)
    first, last = data.names[0], data.names[-1]
    seen = {
        "n_rows": lambda: data.n_rows,
        "total_weight": lambda: data.total_weight,
        "columns": lambda: list(data.names),
        "length": lambda: len(data.variables),
        "digits": lambda: [[int(digit) for digit in pin] for pin in pins_of(data)],
        "pins": lambda: pins_of(data),
        "rows_as_states": lambda: [[int(digit) or 10 for digit in pin] for pin in pins_of(data)],
        "counts_first_digit": lambda: by_label(data, first),
        "counts_last_digit": lambda: by_label(data, last),
        "counts_last_column": lambda: by_label(data, last),
        "n_states_last_column_seen": lambda: len(by_label(data, last)),
    }
    shares_seen = {
        "p_first_digit_0": lambda: {"0": data.share({first: 0})},
        "p_first_digit": lambda: shares(by_label(data, first)),
        "p_pin": lambda: shares(dict(zip(pins_of(data), data.weights.tolist(), strict=True))),
    }
    for key, value in expect.items():
        if key in seen:
            assert seen[key]() == value, key
        elif key in shares_seen:
            wanted = value if isinstance(value, dict) else {"0": value}
            assert shares_seen[key]() == pytest.approx(wanted, abs=tolerance), key
        elif key == "independent_nll_per_sample":
            assert independent_nll(data) == pytest.approx(value, abs=check["tol"]["nll"])
        elif key == "states":
            assert list(data.variable("size").labels) == value["size"]
            assert sorted(data.variable("level").labels) == value["level_as_set"]
        elif key == "counts":
            assert {name: by_label(data, name) for name in value} == value
        elif key == "conditional":
            assert conditional(data, value["given"], value["of"]) == pytest.approx(value["p"], abs=tolerance)
        else:
            pytest.fail(f"nothing looks at {key}")


def independent_nll(data: Dataset) -> float:
    """Return the mean NLL of the product of the columns' own shares, row by row."""
    own = [shares(by_label(data, name)) for name in data.names]
    scores = [-sum(math.log(p[digit]) for p, digit in zip(own, pin, strict=True)) for pin in pins_of(data)]
    return sum(w * s for w, s in zip(data.weights.tolist(), scores, strict=True)) / data.total_weight


def conditional(data: Dataset, given: dict[str, str], of: str) -> dict[str, float]:
    (name, label), *_ = given.items()
    table = data.counts([name, of])[data.variable(name).labels.index(label)]
    return dict(zip(data.variable(of).labels, (table / table.sum()).tolist(), strict=True))


# --- saved names -------------------------------------------------------------------------------------------------


def model_of(document: dict[str, Any]) -> Project:
    """Make the project that a JSON model file of the cases describes."""
    variables = [Variable(v["name"], v["states"]) for v in document["variables"]]
    size = {v.name: v.n_states for v in variables}
    factors = [
        Factor.from_table(f["scope"], np.reshape(f["table"], [size[name] for name in f["scope"]]))
        for f in document["factors"]
    ]
    labels = {v.name: v.labels for v in variables}
    return Project(
        ugm=UGM(variables, factors),
        positions={v["name"]: tuple(v["pos"]) for v in document["variables"]},
        evidence={name: labels[name].index(label) for name, label in document["clamps"].items()},
    )


def save_and_reload(model: Path, folder: Path) -> None:
    """Save the model in every format of our own models, reload it, compare; run as a program of its own as well."""
    project = model_of(json.loads(model.read_text(encoding="utf-8")))
    path = folder / "names é变.clique" if sys.getfilesystemencoding().lower() == "utf-8" else folder / "names.clique"
    write_project(project, path)
    back = read_project(path)
    assert back.same_as(project)
    for mine, theirs in zip(project.ugm.factors, back.ugm.factors, strict=True):
        assert mine.log_table.tobytes() == theirs.log_table.tobytes()
    # UAI files number their variables; tables come back all the same.
    write_model(project.ugm, folder / "names.uai")
    plain = read_model(folder / "names.uai")
    assert plain.n_states == project.ugm.n_states
    for mine, theirs in zip(project.ugm.factors, plain.factors, strict=True):
        assert mine.log_table.tobytes() == theirs.log_table.tobytes()
    # Each in its own file, so that nothing is compared with itself.
    facts = {
        "names": list(back.ugm.names),
        "states": [list(v.labels) for v in back.ugm.variables],
        "positions": {name: list(position) for name, position in back.positions.items()},
        "clamps": {name: back.ugm.variable(name).labels[state] for name, state in back.evidence.items()},
    }
    (folder / "facts.json").write_text(json.dumps(facts), encoding="ascii")


def test_names_survive_in_every_environment(case, shared, tmp_path) -> None:
    check = find_check(case, "rw20", "a")
    model = shared / "cases" / check["model"]
    document = json.loads(model.read_text(encoding="utf-8"))
    expect = check["expect"]
    for number, environment in enumerate(check["environments"]):
        folder = tmp_path / str(number)
        folder.mkdir()
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHONUTF8"))}
        done = subprocess.run(
            [sys.executable, "-W", "error", __file__, str(model), str(folder)],
            env={**clean, **environment, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        facts = json.loads((folder / "facts.json").read_text(encoding="ascii"))
        assert facts["names"] == expect["names"]
        assert facts["names"][2] == expect["name_of_third_is_text"]
        assert facts["states"] == expect["states"]
        assert facts["clamps"] == expect["clamps"]
        assert facts["positions"] == {v["name"]: v["pos"] for v in document["variables"]}
        saved = read_project(next(folder.glob("*.clique")))
        answer = enumerate_ugm(saved.ugm)
        assert answer.log_z == pytest.approx(expect["log_z"], abs=check["tol"]["log_z"])
        marginals = find_check(case, "rw20", "b")["expect"]["marginals"]
        for place, marginal in marginals.items():
            np.testing.assert_allclose(answer.marginals[int(place)], marginal, rtol=0, atol=1e-9)


if __name__ == "__main__":
    save_and_reload(Path(sys.argv[1]), Path(sys.argv[2]))
