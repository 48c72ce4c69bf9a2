"""Are answer files written as the competition wants them, and read back whatever dialect they are in?"""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import UGM, CliqueError, Factor, FileFormatError, Variable, ZeroMassError, decode, infer, kernels
from models.files import read_evidence, read_uai, read_uai_answer, write_answer
from models.files.uai_answers import answer_text
from tests.oracles import enumerate_ugm
from tests.strategies import ugms_with_evidence

PAIR = UGM(
    [Variable("rain", ("no", "yes")), Variable("sky", ("blue", "grey", "black"))],
    [Factor.from_table(("rain", "sky"), [[6, 2, 0], [0, 1, 3]])],
)


@pytest.fixture(scope="module")
def compiled() -> None:
    """Load the kernels: published models are large, and without them one takes half a minute."""
    for part in ("exact", "maxima"):
        for one in kernels.kernels_of(part):
            one.compile()


@pytest.fixture
def write(tmp_path: Path):
    def save(content: str | bytes, name: str = "m.uai.MAR") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return save


def test_what_is_written(tmp_path) -> None:
    """By hand: Z = 12, p(rain) = (8, 4) / 12, p(sky) = (6, 3, 3) / 12; with sky = grey Z = 3, p(rain) = (2, 1) / 3."""
    path = tmp_path / "m"
    write_answer(path.with_suffix(".PR"), PAIR)
    assert path.with_suffix(".PR").read_text() == "PR\n1.07918\n"
    write_answer(path.with_suffix(".MAR"), PAIR)
    assert path.with_suffix(".MAR").read_text() == "MAR\n2 2 0.666667 0.333333 3 0.5 0.25 0.25\n"
    write_answer(path.with_suffix(".mpe"), PAIR)
    assert path.with_suffix(".mpe").read_text() == "MPE\n2 0 0\n"
    write_answer(path.with_suffix(".MAR"), PAIR, {"sky": 1})
    assert path.with_suffix(".MAR").read_text() == "MAR\n2 2 0.666667 0.333333 3 0 1 0\n"
    write_answer(path.with_suffix(".MPE"), PAIR, {"sky": 2})
    assert path.with_suffix(".MPE").read_text() == "MPE\n2 1 2\n"
    write_answer(path.with_suffix(".pr"), PAIR, {"sky": 1}, digits=None)
    assert float(path.with_suffix(".pr").read_text().split()[1]) == pytest.approx(math.log10(3), abs=1e-15)
    one = UGM([Variable("a", ("0", "1"))], [Factor.from_table("a", [0.5, 0.5])])
    write_answer(path.with_suffix(".PR"), one)
    assert path.with_suffix(".PR").read_text() == "PR\n0\n"  # not -0


def test_results_at_hand_are_used(tmp_path) -> None:
    path = tmp_path / "m.MAR"
    write_answer(path, PAIR, result=infer(PAIR, {"rain": 1}))
    assert path.read_text() == "MAR\n2 2 0 1 3 0 0.25 0.75\n"
    write_answer(tmp_path / "m.MPE", PAIR, result=decode(PAIR, {"rain": 1}))
    assert (tmp_path / "m.MPE").read_text() == "MPE\n2 1 2\n"
    with pytest.raises(CliqueError, match="most probable state does not answer MAR"):
        write_answer(path, PAIR, result=decode(PAIR))
    with pytest.raises(CliqueError, match="Marginals do not answer MPE"):
        answer_text("MPE", PAIR, infer(PAIR))


def test_what_cannot_be_written_leaves_no_file(tmp_path) -> None:
    for name in ("m.txt", "m", "m.PR.gz"):
        with pytest.raises(FileFormatError, match=r"\.PR \(log Z\), \.MAR \(marginals\) or \.MPE"):
            write_answer(tmp_path / name, PAIR)
    for name in ("m.PR", "m.MAR", "m.MPE"):
        with pytest.raises(ZeroMassError):
            write_answer(tmp_path / name, PAIR, {"rain": 0, "sky": 2})
    assert list(tmp_path.iterdir()) == []


@given(ugms_with_evidence(max_joint=300))
def test_full_precision_comes_back_bit_for_bit_and_agrees_with_enumeration(tmp_path_factory, drawn) -> None:
    ugm, evidence = drawn
    truth = enumerate_ugm(ugm, dict(evidence))
    folder = tmp_path_factory.getbasetemp()
    if truth.marginals is None:
        with pytest.raises(ZeroMassError):
            write_answer(folder / "a.PR", ugm, evidence)
        return
    result = infer(ugm, evidence)
    for name in ("a.PR", "a.MAR", "a.MPE"):
        write_answer(folder / name, ugm, evidence, digits=None)
    pr, mar, mpe = (read_uai_answer(folder / name, ugm) for name in ("a.PR", "a.MAR", "a.MPE"))
    assert pr.log10_z == result.log_z / math.log(10)
    assert pr.log_z == pytest.approx(truth.log_z, abs=1e-9, rel=1e-12)
    assert len(mar.marginals) == len(ugm.names)
    for name, theirs, right in zip(ugm.names, mar.marginals, truth.marginals, strict=True):
        assert theirs.tolist() == result.marginals[name].tolist()
        np.testing.assert_allclose(theirs, right, atol=1e-9)
        if name in evidence:
            assert theirs[evidence[name]] == 1
    assert mpe.states in truth.maximisers
    assert (pr.marginals, pr.states, mar.log_z, mpe.log10_z) == (None, None, None, None)


# --- reading -----------------------------------------------------------------------------------------------------

MAR = "MAR\n2 2 0.25 0.75 3 0 1 0\n"
SPELLINGS = {
    "as written": MAR,
    "older": "MAR\n1\n2 2 0.25 0.75 3 0 1 0\n",
    "lines": "MAR\n2\n2 0.25 0.75\n3 0 1 0",
    "lower case, CRLF": MAR.lower().replace("\n", "\r\n"),
    "improved": "MAR\n2 2 0.5 0.5 3 0 0.5 0.5\n-BEGIN-\n2 2 0.25 0.75 3 0 1 0\n",
    "improved, older": "MAR\n-BEGIN-\n1\n2 2 1 0 3 1 0 0\n-BEGIN-\n1\n2 2 0.25 0.75 3 0 1 0\n",
    "comments": "c ours\nMAR # marginals\n2 2 .25 75e-2 3 0 1.0 0 # done\n",
    "gzip": gzip.compress(MAR.encode()),
}


@pytest.mark.parametrize("content", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_dialects_of_marginals(write, content) -> None:
    answer = read_uai_answer(write(content), PAIR)
    assert answer.kind == "MAR"
    assert [p.tolist() for p in answer.marginals] == [[0.25, 0.75], [0, 1, 0]]
    assert not answer.marginals[0].flags.writeable


@pytest.mark.parametrize(
    ("content", "log10_z"),
    [
        ("PR\n-3.5\n", -3.5),
        ("PR 1 -3.5", -3.5),
        ("PR 1", 1.0),
        ("PR\n1\n1\n", 1.0),
        ("PR\n-2\n-BEGIN-\n-3.5", -3.5),
        ("Z 2e2", 200.0),
        ("PR -inf", -math.inf),
    ],
)
def test_dialects_of_log_z(write, content, log10_z) -> None:
    answer = read_uai_answer(write(content))
    assert (answer.kind, answer.log10_z) == ("PR", log10_z)
    assert answer.log_z == log10_z * math.log(10)


@pytest.mark.parametrize(
    ("content", "states"),
    [
        ("MPE\n2 1 2\n", (1, 2)),
        ("MAP\n2 1 2\n", (1, 2)),
        ("MPE\n1\n2 1 2\n", (1, 2)),
        ("MPE 2 0 0 -BEGIN- 2 1 2", (1, 2)),
        ("MPE 1 0", (0,)),  # one variable, in state 0 - not one answer about no variable
        ("MPE 1 1 0", (0,)),
        ("MPE 0", ()),
        ("MPE 1 0 -BEGIN- 1 1 1", (1,)),
    ],
)
def test_dialects_of_the_best_state(write, content, states) -> None:
    assert read_uai_answer(write(content)).states == states


def test_one_variable_is_told_from_one_sample(write) -> None:
    for content in ("MAR 1 2 0.5 0.5", "MAR 1 1 2 0.5 0.5"):
        assert [p.tolist() for p in read_uai_answer(write(content)).marginals] == [[0.5, 0.5]]
    assert [p.tolist() for p in read_uai_answer(write("MAR 1 1 1.0")).marginals] == [[1.0]]


BROKEN = {
    "empty": ("", None, "The file is empty"),
    "a model": ("MARKOV\n1\n2\n", 1, "This is a model, not an answer"),
    "another task": ("\nMMAP\n2 0 1\n", 2, 'begins with "MMAP". An answer begins with PR, MAR or MPE'),
    "no number": ("PR\n", 1, "ends where log10 Z should follow"),
    "a word": ("PR\nsmall\n", 2, 'Found "small" where log10 Z should be'),
    "not a number": ("PR\nnan\n", 2, '"nan" is no log10 Z'),
    "too much": ("PR\n-3.5\n2\n", 3, "1 numbers are left over"),
    "count left out": ("MAR\n2 0.25 0.75\n", 2, "2 variables are announced, but only 2 numbers follow"),
    "cut short": ("MAR\n2\n2 0.25 0.75\n3 0 1", 4, "3 states of variable 1 are announced, but 2 numbers follow"),
    "cut before a variable": ("MAR\n2\n2 0.25 0.75\n", 2, "2 variables are announced, but only 3 numbers follow"),
    "cut later": ("MAR\n2\n3 0.25 0.5 0.25\n", 3, "ends where the number of states of variable 1"),
    "no state count": ("MAR\n1\n.5 0.25 0.75\n", 3, 'Found ".5" where the number of states of variable 0'),
    "huge": ("MAR\n1000000000000 2 0.5 0.5", 2, "1,000,000,000,000 variables are announced, but only 3"),
    "huge states": ("MAR\n1 1000000000 0.5 0.5", 2, "1,000,000,000 states of variable 0 are announced, but 2"),
    "negative": ("MAR\n1 2\n-0.5 1.5", 3, '"-0.5" is not a probability'),
    "above one": ("MAR\n1 2\n0.5 1.5", 3, '"1.5" is not a probability'),
    "NaN": ("MAR\n1 2\n0.5\nnan", 4, '"nan" is not a probability'),
    "sum": ("MAR\n1 2\n0.5\n0.6", 4, "add up to 1.1 instead of 1"),
    "left over": ("MAR\n1 2 0.5 0.5\n7", 3, "1 numbers are left over"),
    "state": ("MPE\n2 0\n-1", 3, 'Found "-1" where the state of variable 1'),
    "states missing": ("MPE\n3 0 1", 2, "3 variables are announced, but only 2 numbers follow"),
    "begin and no more": ("MPE\n2 0 1\n-BEGIN-\n", 3, "ends where the number of variables"),
    "binary": (b"MAR\n\0", 2, "binary"),
}


@pytest.mark.parametrize(("content", "line", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_answers_name_the_line(write, content, line, message) -> None:
    with pytest.raises(FileFormatError, match=message.replace("(", r"\(")) as caught:
        read_uai_answer(write(content))
    assert caught.value.line == line
    assert str(caught.value).startswith("m.uai.MAR")


def test_an_answer_about_another_model_is_refused(write) -> None:
    with pytest.raises(FileFormatError, match="about 1 variables; the model has 2"):
        read_uai_answer(write("MAR 1 2 0.5 0.5"), PAIR)
    with pytest.raises(FileFormatError, match="gives variable 1 2 states; in the model it has 3"):
        read_uai_answer(write("MAR 2 2 0.5 0.5 2 0.5 0.5"), PAIR)
    with pytest.raises(FileFormatError, match="Variable 0 has states 0 to 1, not 2"):
        read_uai_answer(write("MPE 2 2 0"), PAIR)


# --- published answers -------------------------------------------------------------------------------------------


def test_published_answers_are_read(shared) -> None:
    folder = shared / "data" / "uai"
    answers = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    n_read = 0
    for path in sorted(folder.glob("*.uai.PR")):
        name = path.name.removesuffix(".uai.PR")
        pr = read_uai_answer(path)
        # Six digits are printed.
        assert pr.log10_z == pytest.approx(answers[name]["log10_z"], rel=5.1e-6), name
        mar = read_uai_answer(path.with_suffix(".MAR"), read_uai(folder / f"{name}.uai"))
        assert len(mar.marginals) == answers[name]["n"]
        n_read += 1
    assert n_read >= 27


SMALL_WIDTH = ["CSP_11", "Promedus_11", "Promedus_24", "Pedigree_11", "Grids_12", "ObjectDetection_11"]


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("name", SMALL_WIDTH)
def test_our_answers_are_the_published_ones_to_the_digits_printed(shared, tmp_path, name) -> None:
    folder = shared / "data" / "uai"
    ugm = read_uai(folder / f"{name}.uai")
    evidence = read_evidence(folder / f"{name}.uai.evid", ugm)
    result = infer(ugm, evidence)
    for kind in ("PR", "MAR"):
        ours, theirs = tmp_path / f"ours.{kind}", folder / f"{name}.uai.{kind}"
        write_answer(ours, ugm, evidence, result=result)
        mine, published = ours.read_text().split(), theirs.read_text().split()
        assert len(mine) == len(published)
        for a, b in zip(mine, published, strict=True):
            # One unit of the sixth digit: the published program rounded its own last bits.
            assert a == b or abs(float(a) - float(b)) <= 1.001e-6 * 10 ** math.ceil(math.log10(abs(float(b)))), (a, b)


@pytest.mark.usefixtures("compiled")
def test_the_best_state_scores_what_is_known(shared, tmp_path) -> None:
    folder = shared / "data" / "uai"
    answers = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    for name in ("CSP_11", "Promedus_24", "asia", "cancer"):
        ugm = read_uai(folder / f"{name}.uai")
        beside = folder / f"{name}.uai.evid"
        evidence = read_evidence(beside, ugm) if beside.exists() else {}
        write_answer(tmp_path / "a.MPE", ugm, evidence)
        states = dict(zip(ugm.names, read_uai_answer(tmp_path / "a.MPE", ugm).states, strict=True))
        assert all(states[n] == s for n, s in evidence.items())
        assert ugm.log_score(states) / math.log(10) == pytest.approx(answers[name]["mpe_log10"], abs=1e-6), name


# --- chance ------------------------------------------------------------------------------------------------------


@given(st.binary(max_size=100) | st.text("MARPE0123456789 \n.-e#cBGIN", max_size=80).map(str.encode))
def test_random_bytes_raise_nothing_but_messages(tmp_path_factory, content) -> None:
    path = tmp_path_factory.getbasetemp() / "random.MAR"
    for prefix in (b"", b"MAR\n", b"MPE ", b"PR ", b"MAR 1 2 "):
        path.write_bytes(prefix + content)
        for model in (None, PAIR):
            try:
                read_uai_answer(path, model)
            except CliqueError as error:
                assert str(error)  # noqa: PT017 - chance may also write an answer
