"""Is a BIF file that is wrong refused at once, with its line and what to do?"""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import CliqueError, FileFormatError
from models.errors import Cancelled, CancelToken
from models.files.bif import MAX_ENTRIES, read_bif, read_bif_steps
from tests.models.networks import BAKERY, LAWN


@pytest.fixture
def write(tmp_path: Path):
    def save(content: str | bytes, name: str = "net.bif") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return save


def broken(old: str, new: str, source: str = LAWN) -> str:
    assert source.count(old) == 1, old
    return source.replace(old, new)


CIRCLE = """network n {}
variable a { type discrete [ 1 ] { x }; }
variable b { type discrete [ 1 ] { x }; }
variable c { type discrete [ 1 ] { x }; }
variable d { type discrete [ 1 ] { x }; }
probability ( a | d ) { table 1; }
probability ( b | a c ) { table 1; }
probability ( c | b ) { table 1; }
probability ( d ) { table 1; }
"""

BROKEN = {
    "empty": ("", None, "The file is empty"),
    "only a comment": ("// nothing\n", 1, "ends where network should follow"),
    "no variable": ("network n {\n}\n", 2, "The network has no variables. Get the whole file"),
    "another format": ("<?xml version='1.0'?>\n", 1, 'begins with "<?xml". A BIF file begins with network'),
    "no block": (broken("network lawn {", "network lawn ;"), 2, 'Found ";" where "{" should follow the name of the'),
    "a stray word": (broken("variable Rain", "variables Rain"), 7, 'Found "variables" where variable or probability'),
    "not discrete": (broken("type discrete[2]{dry wet}", "type continuous"), 9, "Wet is of type continuous. Only"),
    "count too small": (broken("[ 3 ]", "[ 2 ]"), 8, "Sprinkler announces 2 states, but lists 3"),
    "count too large": (broken("[ 3 ]", "[ 4 ]"), 8, "Sprinkler announces 4 states, but lists 3"),
    "no states": (broken("[ 3 ] { off, low, high }", "[ 0 ] {}"), 8, '"0" is no number of states'),
    "a word for a count": (broken("[ 3 ]", "[ three ]"), 8, '"three" is no number of states'),
    "very many states": (broken("[ 3 ]", "[ 1000000000 ]"), 8, "has 1,000,000,000 states"),
    "a label twice": (broken("off, low, high", "off, low, off"), 8, 'Sprinkler has two states called "off"'),
    "a blank label": (broken("off, low, high", 'off, " ", high'), 8, "Sprinkler has a state without a label"),
    "no type": (broken("{ type discrete[2]{dry wet}; }", "{ }"), 9, "Wet has no type"),
    "two types": (
        broken("{ type discrete[2]{dry wet}; }", "{ type discrete[2]{dry wet};\n type discrete[2]{dry wet}; }"),
        10,
        "type of variable Wet is given twice",
    ),
    "a variable twice": (broken("variable Wet", "variable Rain"), 9, "Rain is described twice"),
    "an unknown parent": (broken("| Rain, Sprinkler", "| Rain, Hose"), 21, "There is no variable Hose"),
    "an unknown child": (broken("( Wet | Rain", "( Mud | Rain"), 21, "There is no variable Mud"),
    "a parent twice": (broken("| Rain, Sprinkler", "| Rain, Rain"), 21, "Wet name a variable twice"),
    "its own parent": (broken("( Rain | Cloudy )", "( Rain | Rain )"), 11, "Rain name a variable twice"),
    "probabilities twice": (
        broken("probability ( Cloudy )", "probability ( Cloudy ) { table 0.5 0.5; }\nprobability ( Cloudy )"),
        11,
        "Cloudy are given twice",
    ),
    "no probabilities": (broken("probability ( Cloudy ) { table 0.375, 0.625; }", ""), 3, "no probabilities of Cloudy"),
    "a circle": (CIRCLE, 8, "round in a circle: c -> b -> c"),
    "sum of a table": (broken("0.375, 0.625;", "0.375, 0.575;"), 10, "of Cloudy add up to 0.95 instead of 1"),
    "sum of a row": (
        broken("(no, low) 0.5", "(no, low) 0.6"),
        23,
        "Wet given Rain = no, Sprinkler = low add up to 1.1",
    ),
    "sum of a default": (
        broken("default 0.75", "default 0.7"),
        18,
        "Sprinkler given any other states of its parents add",
    ),
    "just too far": (broken("0.375, 0.625;", "0.375002, 0.625;"), 10, "add up to 1.000002 instead of 1"),
    "a row too short": (broken("(no, low) 0.5, 0.5", "(no, low) 1"), 23, "has 1 probabilities; Wet has 2 states"),
    "a row too long": (broken("(no, low) 0.5, 0.5", "(no, low) 0 0.5, 0.5"), 23, "has 3 probabilities; Wet has 2"),
    "decimal commas": (broken("(no, low) 0.5, 0.5", "(no, low) 0,5; 0,5"), 23, "add up to 5 instead of 1"),
    "a table too short": (broken("0.375, 0.625;", "1;"), 10, "The table of Cloudy has 1 entries; .* give 2"),
    "a row twice": (broken("(no, low)", "(no, off)"), 23, "Wet for Rain = no, Sprinkler = off is given twice"),
    "a row left out": (
        broken("(no, low) 0.5, 0.5;", ""),
        28,
        "no probabilities of Wet given Rain = no, Sprinkler = low",
    ),
    "no row at all": (broken("{ table 0.375, 0.625; }", "{ }"), 10, "There are no probabilities of Cloudy. Add a row"),
    "an unknown state": (
        broken("(no, low)", "(no, some)"),
        23,
        'Sprinkler has no state "some"; its states are off, lo',
    ),
    "states too few": (broken("(no, low)", "(no)"), 23, "gives 1 states, but Wet has 2 parents"),
    "states too many": (broken("(no, low)", "(no, low, low)"), 23, "gives 3 states, but Wet has 2 parents"),
    "table and rows": (broken("(no) 0.875", "table 0.5 0.5 0.5 0.5; (no) 0.875"), 14, "as a table and as rows"),
    "two tables": (broken("0.375, 0.625;", "1 0; table 1 0;"), 10, "table of Cloudy is given twice"),
    "two defaults": (broken("default", "default 0 0 1; default"), 18, "default of Sprinkler is given twice"),
    "a negative entry": (broken("0.375, 0.625;", "-0.375, 1.375;"), 10, '"-0.375" is not a probability'),
    "NaN": (broken("0.375, 0.625;", "nan, 0.75;"), 10, '"nan" is not a probability'),
    "a word for a number": (broken("0.375, 0.625;", "0.25, most;"), 10, '"most" is not a probability'),
    "underscores": (broken("0.375, 0.625;", "0.2_5, 0.75;"), 10, '"0.2_5" is not a probability'),
    "an underflow": (broken("0.375, 0.625;", "1e-400, 1;"), 10, '"1e-400" is not a probability'),
    "a semicolon missing": (broken("(no, off) 1, 0;", "(no, off) 1, 0"), 23, r'"\(" is not a probability'),
    "a bracket missing": (broken("(no, off)", "(no, off"), 22, 'Found ";" where a state of a parent'),
    "a brace missing": (LAWN.rstrip().removesuffix("}"), 21, 'No "}" ends the probabilities of Wet'),
    "an open quotation": (broken("variable Wet", 'variable "Wet'), 9, "quotation mark is not closed"),
    "an open comment": (broken("over lines */", "over lines"), 15, "This comment does not end"),
    "binary": (b"network n\n\0", 2, "binary"),
    "not UTF-8": (LAWN.replace("Rain", "R\u00e4in").encode("latin-1"), 7, "not UTF-8"),
    "cut gzip": (gzip.compress(LAWN.encode())[:-9], None, "cut short or damaged"),
}


@pytest.mark.parametrize(("content", "line", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_networks_name_the_line(write, content, line, message) -> None:
    with pytest.raises(FileFormatError, match=message.replace("<?", r"<\?")) as caught:
        read_bif(write(content))
    assert caught.value.line == line
    assert str(caught.value).startswith("net.bif")


def test_a_table_in_the_other_order_says_so(write) -> None:
    turned = broken("(no) 0.875, 0.125;\n  (yes) 0.5, 0.5;", "table 0.875 0.125 0.5 0.5;")
    with pytest.raises(
        FileFormatError, match=r"Rain given Cloudy = no add up to 1.375 .* has to change slowest"
    ) as caught:
        read_bif(write(turned))
    assert caught.value.line == 12
    right = broken("(no) 0.875, 0.125;\n  (yes) 0.5, 0.5;", "table 0.875 0.5 0.125 0.5;")
    assert read_bif(write(right)).same_as(read_bif(write(LAWN, "plain.bif")))


def test_announced_tables_are_not_made(write, monkeypatch) -> None:
    """Twenty parents of ten states and a default: eight lines that stand for 10^20 rows."""
    names = [f"p{k}" for k in range(20)]
    states = ", ".join(f"s{k}" for k in range(10))
    lines = ["network n {}"]
    lines += [f"variable {name} {{ type discrete [ 10 ] {{ {states} }}; }}" for name in [*names, "child"]]
    lines += [f"probability ( {name} ) {{ default {'0.1 ' * 10}; }}" for name in names]
    lines.append(f"probability ( child | {', '.join(names)} ) {{ default {'0.1 ' * 10}; }}")
    path = write("\n".join(lines))
    monkeypatch.setattr(np, "empty", lambda *_: pytest.fail("a table was made"))
    with pytest.raises(FileFormatError, match=rf"entries\. All tables together may have {MAX_ENTRIES:,}") as caught:
        read_bif(path)
    assert caught.value.line == len(lines)
    many = LAWN.replace("| Rain, Sprinkler", "| " + " ".join(f"q{k}" for k in range(40)))
    with pytest.raises(FileFormatError, match="Wet has more than 31 parents"):
        read_bif(write(many))


def test_every_cut_is_noticed(write) -> None:
    whole = LAWN.rstrip()
    for length in range(1, len(whole)):
        with pytest.raises(FileFormatError):
            read_bif(write(whole[:length]))


def test_reading_can_be_cancelled_and_large_files_are_refused(write) -> None:
    token = CancelToken()
    steps = read_bif_steps(write(LAWN), cancel=token)
    next(steps)
    token.cancel()
    many = "".join(f"variable v{k} {{ type discrete [ 1 ] {{ x }}; }}\n" for k in range(500))
    steps = read_bif_steps(write("network n {}\n" + many), cancel=(token := CancelToken()))
    for _ in range(3):
        next(steps)
    token.cancel()
    with pytest.raises(Cancelled):
        list(steps)
    with pytest.raises(FileFormatError, match="at most 50 bytes are read"):
        read_bif(write(LAWN), max_bytes=50)


@given(st.binary(max_size=120) | st.text('network{}[](),|;"/* 012.e-\n', max_size=80).map(str.encode))
def test_random_bytes_raise_nothing_but_messages(tmp_path_factory, content) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.bif"
    for prefix in (
        b"",
        b"network n {}\n",
        b"network n {} variable a { type discrete [ 2 ] { x y }; } probability (a) {",
    ):
        path.write_bytes(prefix + content)
        try:
            read_bif(path)
        except CliqueError as error:
            assert str(error)  # noqa: PT017 - chance may also write a network


PIECES = [
    *'{}()[];"|,',
    "variable",
    "probability",
    "table",
    "default",
    "type",
    "-1",
    "9" * 30,
    "1e999",
    "nan",
    "",
    "//",
    "/*",
]


@given(st.data())
def test_one_wrong_piece_raises_nothing_but_messages(tmp_path_factory, data) -> None:
    source = data.draw(st.sampled_from([LAWN, BAKERY]))
    pieces = source.split(" ")
    pieces[data.draw(st.integers(0, len(pieces) - 1))] = data.draw(st.sampled_from(PIECES))
    path = tmp_path_factory.getbasetemp() / "wrong.bif"
    path.write_text(" ".join(pieces), encoding="utf-8")
    try:
        read_bif(path)
    except CliqueError as error:
        assert str(error)  # noqa: PT017
