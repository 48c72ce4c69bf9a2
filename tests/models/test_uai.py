"""Are UAI files read as every other program means them, and refused with a line when they are wrong?"""

from __future__ import annotations

import gzip
import itertools
import json
import math
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Cancelled, CancelToken, CliqueError, FileFormatError, ModelError
from models.factor import Factor
from models.files.uai import read_evidence, read_uai, read_uai_steps
from models.files.uai_writing import uai_text, write_uai
from models.ugm import UGM, Variable
from tests.oracles import enumerate_ugm

SMALL = """MARKOV
3
2 3 2
3
2 1 0
1 2
0

6
 1 2 3
 4 5 6
2
 0.5 0
1
 7
"""


@pytest.fixture
def write(tmp_path: Path):
    def save(content: str | bytes, name: str = "model.uai") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return save


def test_a_model_by_hand(write) -> None:
    ugm = read_uai(write(SMALL))
    assert ugm.names == ("x0", "x1", "x2")
    assert ugm.variable("x1").labels == ("0", "1", "2")
    assert [factor.scope for factor in ugm.factors] == [("x1", "x0"), ("x2",), ()]
    # The scope is (1, 0) as written: variable 0 changes fastest.
    np.testing.assert_array_equal(np.exp(ugm.factors[0].log_table).round(12), [[1, 2], [3, 4], [5, 6]])
    assert ugm.factors[1].log_table.tolist() == [math.log(0.5), -math.inf]
    assert ugm.factors[2].log_table == math.log(7)


SAME = {
    "CRLF": SMALL.replace("\n", "\r\n"),
    "CR": SMALL.replace("\n", "\r"),
    "one line": " ".join(SMALL.split()),
    "one token a line": "\n\n".join(SMALL.split()),
    "tabs": "\t".join(SMALL.split()) + "\t",
    "byte-order mark": "\ufeff" + SMALL,
    "lower case": SMALL.replace("MARKOV", "markov"),
    "Bayes": SMALL.replace("MARKOV", "BAYES"),
    "comments": "c a first comment 1 2 3\nc\n" + SMALL.replace("\n", "  # comment 9 9\n"),
    "comment in a table": SMALL.replace(" 4 5 6", "c 9 9\n   c\tmore\n 4 5 6"),
    "other spellings": SMALL.replace(" 1 2 3", " 1.0 +2 .3e1").replace("\n6\n", "\n6.0\n").replace("0.5 0", "5E-1 -0"),
    "no line end": SMALL.rstrip(),
    "gzip": gzip.compress(SMALL.encode()),
}


@pytest.mark.parametrize("content", SAME.values(), ids=SAME.keys())
def test_spellings_of_the_same_model(write, content) -> None:
    assert read_uai(write(content)).same_as(read_uai(write(SMALL, "plain.uai")))


def test_repeated_scopes_and_models_without_tables_or_variables(write) -> None:
    twice = read_uai(write("MARKOV 1 2 2 1 0 1 0 2 1 2 2 3 4"))
    assert [factor.scope for factor in twice.factors] == [("x0",), ("x0",)]
    assert read_uai(write("MARKOV 2 1 4 0")).n_states == (1, 4)
    assert read_uai(write("MARKOV 0 0")).variables == ()
    assert read_uai(write("MARKOV\n0\n\n1\n0\n1\n3.5\n")).factors[0].log_table == math.log(3.5)


def test_potentials_beyond_the_range_of_a_float(write) -> None:
    ugm = read_uai(write("MARKOV 1 6 1 1 0 6 1e-400 1e400 2.5e-320 0e-999 0.000 1e-300"))
    expected = [-400 * math.log(10), 400 * math.log(10), math.log(2.5) - 320 * math.log(10), -math.inf, -math.inf]
    np.testing.assert_allclose(ugm.factors[0].log_table[:5], expected, rtol=1e-15)
    assert ugm.factors[0].log_table[5] == math.log(1e-300)


def broken(old: str, new: str) -> str:
    assert SMALL.count(old) == 1
    return SMALL.replace(old, new)


BROKEN = {
    "no header": (SMALL.removeprefix("MARKOV\n"), 'line 1: The file begins with "3". A UAI model begins with MARKOV'),
    "a result": ("PR\n-3.5\n", "line 1: This is a file of PR results"),
    "only a comment": ("c nothing\n", "line 1: The file ends where MARKOV or BAYES should follow"),
    "header only": ("MARKOV\n", "line 1: The file ends where the number of variables should follow"),
    "a word for a number": (broken("3\n2 3 2", "three\n2 3 2"), 'line 2: Found "three" where the number of variables'),
    "a negative count": (broken("3\n2 3 2", "-3\n2 3 2"), 'line 2: Found "-3" where the number of variables'),
    "a fraction of a count": (
        broken("2 3 2", "2 2.5 2"),
        'line 3: Found "2.5" where the number of states of variable 1',
    ),
    "no states": (broken("2 3 2", "2 0 2"), "line 3: Variable 1 has 0 states"),
    "very many states": (broken("2 3 2", "2 3 1000000000"), "line 3: Variable 2 has 1,000,000,000 states"),
    "very many variables": ("MARKOV\n1000000000\n2 2\n", "line 2: 1,000,000,000 variables are announced, but only 2"),
    "very many tables": ("MARKOV\n1\n2\n1000000000\n", "line 4: 1,000,000,000 tables are announced, but only 0"),
    "a wide scope": (broken("2 1 0", "900 1 0"), "line 5: The scope of table 1 announces 900 variables"),
    "out of range": (broken("1 2\n0\n", "1 7\n0\n"), "line 6: Table 2 names variable 7; there are variables 0 to 2"),
    "negative variable": (broken("1 2\n0\n", "1 -1\n0\n"), 'line 6: Found "-1" where a variable of table 2'),
    "a repeat": (broken("2 1 0", "2 1 1"), "line 5: The scope of table 1 names a variable twice"),
    "wrong length": (
        broken("\n6\n", "\n5\n"),
        "line 9: Table 1 announces 5 entries, but its scope has 3 by 2 states: 6",
    ),
    "length left out": (broken("\n6\n", "\n"), "line 9: Table 1 announces 1 entries"),
    "a fraction of a length": (broken("\n6\n", "\n6.5\n"), "line 9: Table 1 announces 6.5 entries"),
    "a constant of two": (
        broken("1\n 7", "2\n 7 7"),
        "line 14: Table 3 announces 2 entries, but its scope has no variable",
    ),
    "a negative entry": (
        broken("4 5 6", "4 -5 6"),
        "line 11: Table 1 has the entry -5. Give a finite number, zero or more",
    ),
    "NaN": (broken("4 5 6", "4 nan 6"), "line 11: Table 1 has the entry nan"),
    "infinity": (broken("4 5 6", "4 inf 6"), "line 11: Table 1 has the entry inf"),
    "a word in a table": (broken("4 5 6", "4 five 6"), 'line 11: "five" is not a number'),
    "underscores": (broken("4 5 6", "4 5_0 6"), 'line 11: "5_0" is not a number. Write it without underscores'),
    "letters of another script": (broken("4 5 6", "4 \u0665 6"), "line 11: .* is not a number"),
    "one left over": (SMALL + "1\n", "line 16: 1 numbers are left over after the last table"),
    "table left out": (SMALL.replace("\n1\n 7", ""), "The file ends inside table 3: 0 of its 1 entries"),
    "huge table announced": (
        "MARKOV\n3\n1000 1000 1000\n1\n3 0 1 2\n1000000000\n0.5 0.5\n",
        "line 7: The file ends inside table 1: 2 of its 1,000,000,000 entries are there",
    ),
    "huge table, count wrong": ("MARKOV\n2\n1000 1000\n1\n2 0 1\n1e9\n0.5\n", "line 6: Table 1 announces 1e9 entries"),
    "binary": (b"MARKOV\n1\n2\n\0\1\2", "line 4: This is a binary file"),
    "empty": (b"", "The file is empty"),
    "cut gzip": (gzip.compress(SMALL.encode())[:-9], "cut short or damaged"),
}


@pytest.mark.parametrize(("content", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_models_are_refused_at_once(write, content, message) -> None:
    with pytest.raises(FileFormatError, match=message) as caught:
        read_uai(write(content))
    assert str(caught.value).startswith("model.uai")


def test_every_cut_is_noticed(write) -> None:
    """No beginning of a file is a model, except where the cut falls inside its last number."""
    whole = SMALL.rstrip()
    for length in range(1, len(whole)):
        with pytest.raises(FileFormatError):
            read_uai(write(whole[:length]))


def test_a_large_file_is_refused_before_it_is_read(write) -> None:
    with pytest.raises(FileFormatError, match="at most 50 bytes are read"):
        read_uai(write(SMALL), max_bytes=50)


def test_reading_can_be_cancelled(write) -> None:
    token = CancelToken()
    steps = read_uai_steps(write(SMALL), cancel=token)
    next(steps)
    token.cancel()
    with pytest.raises(Cancelled):
        next(steps)


@given(st.binary(max_size=200) | st.text("MARKOVBAYES0123456789 \n.-e#c", max_size=80).map(str.encode))
def test_random_bytes_raise_nothing_but_messages(tmp_path_factory, content) -> None:
    folder = tmp_path_factory.getbasetemp()
    for prefix in (b"", b"MARKOV\n", b"MARKOV 2 2 2 1 "):
        path = folder / "random.uai"
        path.write_bytes(prefix + content)
        for read in (read_uai, lambda p: read_evidence(p, UGM([Variable.of_size("a", 2)]))):
            try:
                read(path)
            except CliqueError as error:
                assert str(error)  # noqa: PT017 - chance may also write a model


@given(st.data())
def test_one_wrong_token_raises_nothing_but_messages(tmp_path_factory, data) -> None:
    tokens = SMALL.split()
    place = data.draw(st.integers(0, len(tokens) - 1))
    tokens[place] = data.draw(
        st.sampled_from(["", "0", "1", "7", "-1", "1e9", "1e400", "nan", "x", "99999999999999999999"])
    )
    path = tmp_path_factory.getbasetemp() / "wrong.uai"
    path.write_text("\n".join(tokens), encoding="ascii")
    started = time.thread_time()
    try:
        read_uai(path)
    except CliqueError as error:
        assert str(error)  # noqa: PT017
    assert time.thread_time() - started < 5  # whatever it announces, it is not made


# --- evidence ----------------------------------------------------------------------------------------------------

FOUR = UGM([Variable.of_size(f"x{i}", 3) for i in range(4)])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("0", {}),
        ("0\n", {}),
        ("1 0", {}),
        ("1\n0\n", {}),
        ("2 3 1 0 2", {"x3": 1, "x0": 2}),
        ("2\n3 1\n0 2\n", {"x3": 1, "x0": 2}),
        ("1 2 3 1 0 2", {"x3": 1, "x0": 2}),
        ("1\n2 3 1 0 2\n", {"x3": 1, "x0": 2}),
        ("1 0 2", {"x0": 2}),
        ("1 1 0 2", {"x0": 2}),
        ("c seen\n2 # two\r\n3 1 3 1", {"x3": 1}),
    ],
)
def test_evidence_in_both_dialects(write, content, expected) -> None:
    evidence = read_evidence(write(content, "model.uai.evid"), FOUR)
    assert list(evidence.items()) == list(expected.items())


def test_gzipped_evidence(write) -> None:
    assert dict(read_evidence(write(gzip.compress(b"1\n3 1\n"), "model.uai.evid.gz"), FOUR)) == {"x3": 1}
    with pytest.raises(FileFormatError, match="line 2: There is no variable 4"):
        read_evidence(write(gzip.compress(b"1\n4 1\n"), "model.uai.evid"), FOUR)


@given(st.dictionaries(st.integers(0, 3), st.integers(0, 2)), st.booleans(), st.sampled_from([" ", "\n", "\r\n", "\t"]))
def test_any_evidence_in_any_dialect(tmp_path_factory, states, older, white) -> None:
    numbers = [*([1] if older else []), len(states), *(x for pair in states.items() for x in pair)]
    path = tmp_path_factory.getbasetemp() / "any.evid"
    path.write_bytes(white.join(map(str, numbers)).encode())
    assert dict(read_evidence(path, FOUR)) == {f"x{i}": state for i, state in states.items()}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "empty"),
        ("c nothing\n", "ends where the number of clamped variables should follow"),
        ("2 3 1", "line 1: 2 clamped variables are announced, but 2 numbers follow instead of 4"),
        ("2\n1 0 0\n1 1 1\n9", "line 1: The file begins with 2 and holds 8 numbers"),
        ("1 2 3 1", "1: 2 clamped variables are announced, but 2 numbers"),
        ("1\n4 0", "line 2: There is no variable 4; the model has 4"),
        ("1\n3 3", "line 2: Variable 3 has states 0 to 2, not 3"),
        ("1 3 -1", 'Found "-1"'),
        ("2\n3 1\n3 2", "line 3: Variable 3 is clamped to two different states"),
        ("one", "one"),
    ],
)
def test_broken_evidence(write, content, message) -> None:
    with pytest.raises(FileFormatError, match=message):
        read_evidence(write(content, "model.uai.evid"), FOUR)


def test_evidence_goes_by_place_in_any_model(write) -> None:
    ugm = UGM([Variable("rain", ("no", "yes")), Variable("sun", ("no", "yes"))])
    assert dict(read_evidence(write("1 1 0", "e.evid"), ugm)) == {"sun": 0}


# --- writing -----------------------------------------------------------------------------------------------------


def test_what_is_written(tmp_path) -> None:
    ugm = UGM(
        [Variable("a", ("no", "yes")), Variable("b", ("1", "2", "3"))],
        [
            Factor.from_table(("b", "a"), [[0.1, 0.9], [0, 1], [2.5, 1e-300]]),
            Factor((), math.log(3.0)),
            Factor("a", [0, -math.inf]),
        ],
    )
    assert uai_text(ugm) == ("MARKOV\n2\n2 3\n3\n2 1 0\n0\n1 0\n\n6\n 0.1 0.9\n 0 1\n 2.5 1e-300\n\n1\n 3\n\n2\n 1 0\n")
    path = tmp_path / "written.uai"
    write_uai(ugm, path)
    back = read_uai(path)
    assert [factor.scope for factor in back.factors] == [("x1", "x0"), (), ("x0",)]
    for old, new in zip(ugm.factors, back.factors, strict=True):
        np.testing.assert_array_equal(old.log_table, new.log_table)
    assert uai_text(UGM(())) == "MARKOV\n0\n\n0\n"


logs = st.floats(-700, 700) | st.floats(-3000, 3000) | st.just(-math.inf) | st.floats(-1e-3, 1e-3)


@given(st.lists(logs, min_size=1, max_size=12))
def test_log_potentials_come_back(tmp_path_factory, values) -> None:
    path = tmp_path_factory.getbasetemp() / "back.uai"
    write_uai(UGM([Variable.of_size("a", len(values))], [Factor("a", values)]), path)
    back = read_uai(path).factors[0].log_table
    np.testing.assert_allclose(back, values, rtol=4e-16, atol=1.2e-16)


@given(st.lists(st.floats(0, 1e300).filter(lambda p: p == 0 or p > 1e-300), min_size=1, max_size=12))
def test_typed_potentials_come_back_exactly(tmp_path_factory, values) -> None:
    path = tmp_path_factory.getbasetemp() / "typed.uai"
    ugm = UGM([Variable.of_size("x0", len(values))], [Factor.from_table("x0", values)])
    write_uai(ugm, path)
    assert read_uai(path).same_as(ugm)


def test_logs_without_a_spelling_are_refused(tmp_path) -> None:
    ugm = UGM([Variable.of_size("a", 2)], [Factor("a", [0.0, -1e7])])
    with pytest.raises(ModelError, match=r"-1e\+07 is too far from 0"):
        write_uai(ugm, tmp_path / "far.uai")
    assert list(tmp_path.iterdir()) == []


# --- published models --------------------------------------------------------------------------------------------


def test_the_traps_of_the_format(case, shared) -> None:
    folder = shared / "cases"
    for check in case("rw12")["checks"]:
        ugm = read_uai(folder / check["model"])
        expect, answer = check["expect"], enumerate_ugm(ugm)
        assert answer.log_z == pytest.approx(expect["log_z"], abs=check["tol"]["log_z"])
        for number, marginal in expect["marginals"].items():
            np.testing.assert_allclose(answer.marginals[int(number)], marginal, rtol=0, atol=check["tol"]["marginals"])
        if "map" in expect:
            assert answer.best_score == pytest.approx(expect["map"]["log_score"], abs=1e-9)
            assert sorted(map(list, answer.maximisers)) == sorted(expect["map"]["any_of"])


def test_published_models_and_their_evidence(shared, tmp_path) -> None:
    folder = shared / "data" / "uai"
    answers = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    for name, answer in answers.items():
        path = folder / f"{name}.uai"
        ugm = read_uai(path)
        assert (len(ugm.variables), len(ugm.factors)) == (answer["n"], answer["factors"])
        assert max(ugm.n_states) == answer["max_card"]
        copy = tmp_path / "copy.uai"
        write_uai(ugm, copy)
        assert read_uai(copy).same_as(ugm), name
        evidence_file = folder / f"{name}.uai.evid"
        if evidence_file.exists():
            assert len(read_evidence(evidence_file, ugm)) == answer["evidence"]


def test_small_published_models_against_enumeration(shared) -> None:
    folder = shared / "data" / "uai"
    answers = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    checked = []
    for name, answer in answers.items():
        if answer["n"] > 8 or answer["evidence"]:
            continue
        ugm = read_uai(folder / f"{name}.uai")
        # The answers give seven decimals of log Z.
        assert enumerate_ugm(ugm).log_z == pytest.approx(answer["log_z"], abs=0.6e-7), name
        checked.append(name)
    assert {"asia", "cancer", "paskin", "uai_test_model"} <= set(checked)


def test_scopes_in_any_order_against_plain_loops(write) -> None:
    """A table over (2, 0, 1) filled by loops in the order of the scope, last fastest."""
    sizes = {0: 2, 1: 3, 2: 4}
    scope = (2, 0, 1)
    values = {state: 1 + k for k, state in enumerate(itertools.product(*(range(sizes[i]) for i in scope)))}
    text = f"MARKOV 3 2 3 4 1 3 2 0 1 {len(values)} " + " ".join(map(str, values.values()))
    factor = read_uai(write(text)).factors[0]
    for state, value in values.items():
        assert factor.log_table[state] == math.log(value)
