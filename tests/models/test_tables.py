"""Are text tables read as meant, whatever wrote them, and refused with a line number where they are wrong?"""

from __future__ import annotations

import csv
import gzip
import io
import os
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.dataset import Dataset
from models.errors import Cancelled, CancelToken, CliqueError, DataError, FileFormatError
from models.files import read_dataset, read_dataset_steps
from models.steps import Progress

DIGITS = tuple("0123456789")


@pytest.fixture
def write(tmp_path: Path):
    def save(content: str | bytes, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return save


def labels_of(data: Dataset) -> list[list[str]]:
    """Return the table as text: no state number, so an error in the order of states shows."""
    return [[v.labels[s] for v, s in zip(data.variables, row, strict=True)] for row in data.rows.tolist()]


def note(data: Dataset) -> str:
    return " ".join(data.notes)


# --- dialects ----------------------------------------------------------------------------------------------------

EXPECTED = [["no", "1"], ["yes", "2"], ["no", "2"]]
DIALECTS = {
    "plain": "a,b\nno,1\nyes,2\nno,2\n",
    "no line end at the end": "a,b\nno,1\nyes,2\nno,2",
    "CRLF": "a,b\r\nno,1\r\nyes,2\r\nno,2\r\n",
    "CR": "a,b\rno,1\ryes,2\rno,2\r",
    "byte-order mark": "\ufeffa,b\nno,1\nyes,2\nno,2\n",
    "UTF-16": "a,b\nno,1\nyes,2\nno,2\n".encode("utf-16"),
    "UTF-16, tabs, CRLF": "a\tb\r\nno\t1\r\nyes\t2\r\nno\t2\r\n".encode("utf-16"),
    "semicolons": "a;b\nno;1\nyes;2\nno;2\n",
    "tabs": "a\tb\nno\t1\nyes\t2\nno\t2\n",
    "bars": "a|b\nno|1\nyes|2\nno|2\n",
    "blanks": "a b\nno  1\n  yes 2\nno 2  \n",
    "quotes": '"a","b"\n"no","1"\n"yes","2"\n"no","2"\n',
    "blanks and quotes": '"a" b\n"no" 1\n"yes"   "2"\nno 2\n',
    "blanks round fields": "a , b\nno , 1\n yes, 2\nno,2 \n",
    "blank lines": "\na,b\n\nno,1\nyes,2\n   \nno,2\n\n\n",
    "rows of separators": "a,b\nno,1\nyes,2\nno,2\n,\n,\n",
    "comments on top": "# made by hand\n#\na,b\nno,1\nyes,2\nno,2\n",
    "separator hint": "sep=;\r\na;b\r\nno;1\r\nyes;2\r\nno;2\r\n",
    "gzip": gzip.compress(b"a,b\nno,1\nyes,2\nno,2\n"),
}


@pytest.mark.parametrize("content", DIALECTS.values(), ids=DIALECTS.keys())
@pytest.mark.parametrize("name", ["table.csv", "table.txt", "TABLE.TSV", "table.data"])
def test_every_dialect_gives_the_same_table(write, content, name) -> None:
    data = read_dataset(write(content, name))
    assert data.names == ("a", "b")
    assert labels_of(data) == EXPECTED
    assert data.variable("b").labels == ("1", "2")
    assert data.name == name


def test_separators_inside_quotes_are_text(write) -> None:
    data = read_dataset(write('a;b\n"x;""y""";1\n"line\nbreak";2\n"x;""y""";3\n'))
    assert labels_of(data) == [['x;"y"', "1"], ["line\nbreak", "2"], ['x;"y"', "3"]]


def test_the_line_of_a_fault_after_a_quoted_line_break(write) -> None:
    with pytest.raises(FileFormatError, match="line 5: Column b: there is no value"):
        read_dataset(write('a,b\n"two\nlines",1\nx,2\ny,\n'))


def test_names_outside_ascii(write) -> None:
    data = read_dataset(write("größe,变量\nß,👍\nss,👎\nß,👎\n"))
    assert data.names == ("größe", "变量")
    assert labels_of(data) == [["ß", "👍"], ["ss", "👎"], ["ß", "👎"]]


def test_a_delimiter_can_be_forced(write) -> None:
    path = write("a;b,c\n1;2,3\n4;5,6\n")
    assert read_dataset(path, delimiter=";").names == ("a", "b,c")
    assert read_dataset(path, delimiter=",").names == ("a;b", "c")
    for wrong in ("", ",,", '"', 7):
        if wrong:
            with pytest.raises(DataError, match="one character"):
                read_dataset(path, delimiter=wrong)


word = st.builds(
    lambda first, rest: (first + rest).strip(),
    st.characters(categories=["L"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=4),
)


@given(
    st.integers(2, 4).flatmap(lambda d: st.lists(st.lists(word, min_size=d, max_size=d), min_size=1, max_size=8)),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_the_csv_module_writes_comes_back(tmp_path_factory, rows, delimiter, end, quoting, encoding) -> None:
    missing = {"NA", "N/A", "NaN", "nan", "null", "NULL"}
    rows = [[f"{field}_" if field in missing else field for field in row] for row in rows]
    names = [f"column {k}" for k in range(len(rows[0]))]
    text = io.StringIO()
    if end == "\r":
        quoting = csv.QUOTE_ALL  # the module leaves a line feed bare when lines end otherwise
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows([names, *rows])
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    data = read_dataset(path, delimiter=delimiter, header=True)
    assert data.names == tuple(names)
    assert labels_of(data) == rows


# --- headers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "names", "n_rows"),
    [
        ("1,2\n3,4\n1,4\n", ("x1", "x2"), 2 + 1),
        ("a,b\n3,4\n1,4\n", ("a", "b"), 2),
        ("low,high\nlow,low\nhigh,low\n", ("x1", "x2"), 3),
        ("left,right\nlow,low\nhigh,low\n", ("left", "right"), 2),
        ("size,level\n10,High\n2,Low\n", ("size", "level"), 2),
        ("0012\n0400\n", ("x1", "x2", "x3", "x4"), 2),
        ("pin\n0012\n0400\n", ("x1", "x2", "x3", "x4"), 2),
        ("pin4\n0012\n0400\n", ("x1", "x2", "x3", "x4"), 2),
    ],
)
def test_whether_there_is_a_header(write, content, names, n_rows) -> None:
    data = read_dataset(write(content))
    assert (data.names, data.n_rows) == (names, n_rows)
    assert ("is a header" in note(data)) != ("No header" in note(data))


def test_the_caller_may_say_whether_there_is_a_header(write) -> None:
    path = write("1,2\n3,4\n3,2\n")
    assert read_dataset(path, header=True).names == ("1", "2")
    path = write("a,b\nc,d\n")
    assert read_dataset(path, header=False).n_rows == 2
    with pytest.raises(FileFormatError, match='line 1: Two columns are called "a"'):
        read_dataset(write("a,a\n1,2\n"))
    assert read_dataset(write("a,\n1,2\n")).names == ("a", "column 2")


# --- PINs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "0012\n1234\n0000\n",
        "pin\n0012\n1234\n0000\n",
        '\ufeff"PIN"\r\n"0012"\r\n"1234"\r\n"0000"\r\n',
        "id,pin\n1,0012\n2,1234\n3,0000\n",
        "id;code\n7;0012\n8;1234\n9;0000\n",
        ",pin\n0,0012\n1,1234\n2,0000\n",
        "count,pin\n1,0012\n1,1234\n1,0000\n",
    ],
)
def test_pins_keep_their_zeros(write, content) -> None:
    data = read_dataset(write(content))
    assert data.names == ("x1", "x2", "x3", "x4")
    assert all(variable.labels == DIGITS for variable in data.variables)
    assert data.rows.tolist() == [[0, 0, 1, 2], [1, 2, 3, 4], [0, 0, 0, 0]]
    assert "Read as PINs: 4 digits a row" in note(data)


def test_a_named_pin_column_leaves_out_ids_only(write) -> None:
    path = write("user,code,phone\nu7,12,old\nu3,34,new\nu9,12,new\n")
    data = read_dataset(path, pin_column="code")
    assert data.names == ("x1", "x2", "phone")
    assert "Column user left out: its values are all different." in data.notes
    assert labels_of(data) == [["1", "2", "old"], ["3", "4", "new"], ["1", "2", "new"]]
    assert read_dataset(path, pin_column=1).same_as(data)
    # Without being told, a two-digit column is a number.
    assert read_dataset(path).names == ("user", "code", "phone")


def test_digit_names_that_are_taken(write) -> None:
    data = read_dataset(write("x1,pin\na,01\nb,22\na,33\n"))
    assert data.names == ("x1", "pin1", "pin2")


def test_six_digit_pins(write) -> None:
    data = read_dataset(write("000123\n999999\n012345\n"))
    assert [data.show_row(row) for row in data.rows] == ["000123", "999999", "012345"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("pin\n0012\n12a4\n1234\n", r'line 3: "12a4" is not a PIN because of "a"; each PIN is 4 digits'),
        ("12a4\n0012\n1234\n", r'line 1: "12a4" is not a PIN'),
        ("a234\n0012\n1234\n", r'line 1: "a234" is not a PIN'),
        ("pin\n0012\n\u0661\u0662\u0663\u0664\n1234\n", r"line 3: .* is not a PIN"),
        (
            "0012\n1234\n123\n",
            r"line 3: 123 is too short; each PIN is 4 digits. If leading zeros were lost, write 0123",
        ),
        ("0012\n12345\n1234\n", r"line 2: 12345 is too long"),
        ("pin\n12\n0\n1234\n1234\n1212\n", r"line 2: 12 is too short"),
        ('pin\n0012\n""\n1234\n', r"line 3: There is no PIN"),
        ("id,pin\n1,0012\n2,\n3,1234\n", r"line 3: There is no PIN"),
        ("id,pin\n1,0012\n2\n3,1234\n", r"line 3: The line has 1 field where the first has 2"),
        ("0012\n12;4\n1234\n", r'line 2: "12;4" is not a PIN because of ";"'),
    ],
)
def test_rows_that_are_no_pins(write, content, message) -> None:
    with pytest.raises(FileFormatError, match=message):
        read_dataset(write(content))


def test_a_pin_column_without_pins(write) -> None:
    path = write("a,b\nx,1\ny,2\n")
    with pytest.raises(DataError, match=r"Column a of table\.csv holds no PINs"):
        read_dataset(path, pin_column="a")
    with pytest.raises(DataError, match=r"no column 'c' to use as PINs\. Its columns are a, b"):
        read_dataset(path, pin_column="c")


# --- digits in separate columns ----------------------------------------------------------------------------------


def test_digits_in_columns(write) -> None:
    data = read_dataset(write("0,9,1,2\n3,4,5,6\n"))
    assert all(variable.labels == DIGITS for variable in data.variables)
    ten = read_dataset(write("10,9,1,2\n3,4,5,6\n"))
    assert labels_of(ten) == labels_of(data)
    assert "10 is the digit 0" in note(ten)
    named = read_dataset(write("d1,d2,d3\n1,2,3\n4,1,1\n"))
    assert all(variable.labels == DIGITS for variable in named.variables)
    assert read_dataset(write("x1,x2,x3\n10,2,3\n4,1,1\n")).variable("x1").labels == DIGITS


def test_scales_are_not_digits(write) -> None:
    rating = read_dataset(write("taste,smell,look\n10,2,3\n4,1,1\n"))
    assert rating.variable("taste").labels == ("4", "10")
    answers = read_dataset(write("q,r,s\n1,5,3\n4,1,1\n"))
    assert answers.variable("r").labels == ("1", "5")
    both = read_dataset(write("0,10,5\n3,4,5\n"))
    assert both.variable("x2").labels == ("4", "10")
    explicit = read_dataset(write("10,2,3\n4,1,1\n"), labels=[str(k) for k in range(1, 11)])
    assert labels_of(explicit) == [["10", "2", "3"], ["4", "1", "1"]]
    assert explicit.n_states == (10, 10, 10)


def test_a_letter_among_digits(write) -> None:
    rows = ["0,9,1,2"] * 20 + ["1,2,a,4"] + ["5,5,5,5"] * 3
    with pytest.raises(FileFormatError, match='line 21: Column x3 has "a" where a digit 0 to 9 is expected'):
        read_dataset(write("\n".join(rows)))


# --- weights -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["count", "Counts", "n", "freq", "weight", "weights"])
def test_a_column_of_counts(write, name) -> None:
    path = write(f"level,{name}\nlow,3\nhigh,0.5\nlow,1e1\n")
    data = read_dataset(path)
    assert data.names == ("level",)
    assert data.weights.tolist() == [3.0, 0.5, 10.0]
    assert f"Column {name} taken as weights (total 13.5)." in data.notes
    assert read_dataset(path, weight_column=False).names == ("level", name)
    assert read_dataset(path, weight_column=1).same_as(data)


def test_a_weight_column_by_name(write) -> None:
    data = read_dataset(write("level,times\nlow,3\nhigh,4\n"), weight_column="times")
    assert data.total_weight == 7.0
    assert read_dataset(write("level,n\nlow,x\nhigh,y\n")).names == ("level", "n")
    assert read_dataset(write("count\n1\n2\n1\n")).names == ("count",)


@pytest.mark.parametrize("bad", ["-1", "NaN", "", "1e400", "many", "1;000"])
def test_bad_weights(write, bad) -> None:
    path = write(f"level,w\nlow,3\nhigh,{bad}\n")
    with pytest.raises(FileFormatError, match=f'line 3: The weight in column w is "{bad}"'):
        read_dataset(path, weight_column="w")


def test_a_negative_count_is_not_overlooked(write) -> None:
    with pytest.raises(FileFormatError, match='line 3: The weight in column count is "-4"'):
        read_dataset(write("level,count\nlow,3\nhigh,-4\n"))


# --- labels ------------------------------------------------------------------------------------------------------


def test_the_order_of_states(write) -> None:
    data = read_dataset(write("a,b\n10,z\n2,a\n-1.5,z\n1e1,m\n"))
    assert data.variable("a").labels == ("-1.5", "2", "10")
    assert data.variable("b").labels == ("z", "a", "m")
    assert "10 and 1e1 are the same number" in note(data)
    assert data.counts("a").tolist() == [1, 1, 2]


def test_codes_with_zeros_in_front_are_texts(write) -> None:
    assert read_dataset(write("zone,b\n007,x\n7,y\n01,x\n")).variable("zone").labels == ("007", "7", "01")


def test_labels_given_by_the_caller(write) -> None:
    path = write("a,b\nlow,1\nhigh,1.0\n")
    data = read_dataset(path, labels={"a": ["low", "medium", "high"]})
    assert data.variable("a").labels == ("low", "medium", "high")
    assert data.rows[:, 0].tolist() == [0, 2]
    with pytest.raises(FileFormatError, match='line 3: Column a has "high", which is none of the labels given: low'):
        read_dataset(path, labels={"a": ["low"]})
    with pytest.raises(DataError, match="Labels are given for z"):
        read_dataset(path, labels={"z": ["low"]})
    with pytest.raises(DataError, match="two states called"):
        read_dataset(path, labels={"a": ["low", "low", "high"]})
    with pytest.raises(DataError, match="neither a list"):
        read_dataset(path, labels=5)
    pins = read_dataset(write("0012\n1234\n"), labels="9876543210")
    assert [pins.show_row(row) for row in pins.rows] == ["0012", "1234"]
    assert pins.rows[0].tolist() == [9, 9, 8, 7]


@pytest.mark.parametrize("missing", ["", "NA", "nan", "?"])
def test_missing_values(write, missing) -> None:
    path = write(f"a,b\nlow,x\n{missing},y\n")
    with pytest.raises(FileFormatError, match="line 3: Column a: "):
        read_dataset(path)
    if missing:
        assert read_dataset(path, labels={"a": ["low", missing]}).n_states == (2, 2)


def test_one_state_and_one_row(write) -> None:
    assert read_dataset(write("a,b\nx,1\nx,2\n")).n_states == (1, 2)
    assert read_dataset(write("a,b\nx,1\n")).rows.tolist() == [[0, 0]]
    assert read_dataset(write("0012\n")).rows.tolist() == [[0, 0, 1, 2]]


# --- what cannot be read -----------------------------------------------------------------------------------------

BROKEN = {
    "empty": (b"", "The file is empty"),
    "blank": (b"\n  \n\r\n", "blank lines only"),
    "header only": (b"a,b\n", "no row below it"),
    "binary": (bytes(range(256)) * 4, "binary file"),
    "a workbook": (b"PK\x03\x04rest", "workbook. Save the sheet as CSV"),
    "a PDF": (b"%PDF-1.7\nrest", "PDF"),
    "HDF5 inside": (b"\x89HDF\r\n\x1a\n" + bytes(50), "HDF5 file. Rename it"),
    "Latin-1": ("a,b\nx,1\n\xe9,2\n".encode("latin-1"), r"line 3: This is not UTF-8 text \(byte 0xe9\)"),
    "NUL later on": (b"a,b\n" + b"x,1\n" * 100_000 + b"y\0,2\n", "line 100002: The line holds a NUL"),
    "cut character": ("a,b\nx,1\n\u00e9".encode()[:-1], "line 3: The file ends in the middle of a character"),
    "cut UTF-16": ("a,b\nx,1\n".encode("utf-16")[:-1], "line 2: The file ends in the middle of a character"),
    "open quote": (b'a,b\nx,1\n"y,2\nz,3\n', "line 3: A quote .* is never closed"),
    "open quote, long": (b'a,b\nx,1\n"y,2\n' + b"z,3\n" * 60_000, "line 3: A quote .* is never closed"),
    "text after a quote": (b'a,b\n"x"y,1\n', "line 2: A field is not quoted properly"),
    "a missing field": (b"a,b\nx,1\ny\nz,2\n", "line 3: The line has 1 field where the first has 2"),
    "a field too many": (b"a,b\nx,1\ny,2,3\nz,2\n", "line 3: The line has 3 fields where the first has 2"),
    "a short row of numbers": (b"1 2 3\n1 2\n1 2 3\n", "line 2: The line has 2 fields where the first has 3"),
    "a long line": (b"a,b\n" + b"x" * 500_000, "line 2: This line is longer than 100,000 characters"),
    "many columns": (b",".join([b"1"] * 1001), "1,001 fields"),
    "cut gzip": (gzip.compress(b"a,b\nx,1\n" * 50)[:-12], "compressed file is cut short or damaged"),
    "bad gzip": (b"\x1f\x8b" + bytes(30), "compressed file is damaged"),
    "empty gzip": (gzip.compress(b""), "compressed file holds nothing"),
}


@pytest.mark.parametrize(("content", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_files_are_refused(write, content, message) -> None:
    with pytest.raises(FileFormatError, match=message) as caught:
        read_dataset(write(content))
    assert str(caught.value).startswith("table.csv")


def test_paths_that_lead_to_no_table(tmp_path, write, monkeypatch) -> None:
    with pytest.raises(FileFormatError, match="There is no such file"):
        read_dataset(tmp_path / "nowhere.csv")
    with pytest.raises(FileFormatError, match="This is a folder"):
        read_dataset(tmp_path)
    with pytest.raises(FileFormatError, match="NUL character"):
        read_dataset("a\0b.csv")
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    with pytest.raises(FileFormatError, match="a device or a pipe"):
        read_dataset(pipe)
    path = write("a,b\nx,1\n")

    def refuse(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root may read anything, so permissions alone prove nothing here
    with pytest.raises(FileFormatError, match="You have no permission to read it"):
        read_dataset(path)


def test_limits(write) -> None:
    path = write("a,b\n" + "x,1\n" * 1000)
    with pytest.raises(FileFormatError, match=r"holds 4 kB; at most 1 kB are read"):
        read_dataset(path, max_bytes=1000)
    with pytest.raises(FileFormatError, match="more than 999 rows"):
        read_dataset(path, max_rows=999)
    bomb = write(gzip.compress(b"x,1\n" * 100_000), "bomb.csv.gz")
    assert bomb.stat().st_size < 2000
    with pytest.raises(FileFormatError, match="at most 100 kB are read"):
        read_dataset(bomb, max_bytes=100_000)
    with pytest.raises(DataError, match=r"column b has 1,001 different values\. It looks like an id or a measurement"):
        read_dataset(write("a,b\n" + "".join(f"x,{k * k}\n" for k in range(1001))))


def test_reading_in_slices_reports_progress_and_can_be_cancelled(write) -> None:
    path = write("a,b\n" + "x,1\n" * 50_000)
    token = CancelToken()
    steps = read_dataset_steps(path, cancel=token)
    seen = [next(steps) for _ in range(5)]
    assert all(isinstance(p, Progress) and p.total == 1.0 for p in seen)
    assert "rows" in seen[-1].text
    token.cancel()
    with pytest.raises(Cancelled):
        next(steps)


@given(st.binary(max_size=300), st.sampled_from([".csv", ".tsv", ".txt", ".npy", ".csv.gz"]))
def test_random_bytes_raise_nothing_but_messages(tmp_path_factory, content, extension) -> None:
    path = tmp_path_factory.getbasetemp() / f"random{extension}"
    path.write_bytes(content)
    try:
        read_dataset(path)
    except CliqueError as error:
        assert str(error)  # noqa: PT017 - a table is fine too


@given(st.text(st.sampled_from('ab01,;\t|" \n\r\ufeff#=?-.'), max_size=60))
def test_random_tables_raise_nothing_but_messages(tmp_path_factory, content) -> None:
    path = tmp_path_factory.getbasetemp() / "random.csv"
    path.write_bytes(content.encode())
    try:
        data = read_dataset(path)
    except CliqueError as error:
        assert str(error)  # noqa: PT017
    else:
        assert data.notes


# --- NumPy arrays ------------------------------------------------------------------------------------------------


@pytest.fixture
def save(tmp_path: Path):
    def to_npy(array, name: str = "array.npy") -> Path:
        path = tmp_path / name
        np.save(path, array, allow_pickle=True)
        return path

    return to_npy


@pytest.mark.parametrize(
    "array",
    [
        np.array([[1, 0], [3, 2]], dtype=np.int8),
        np.array([[1, 0], [3, 2]], dtype=np.uint64),
        np.array([[1.0, 0.0], [3.0, 2.0]]),
        np.array([[1.0, 0.0], [3.0, 2.0]], dtype=np.float16),
        np.array([[1, 0], [3, 2]], order="F"),
        np.array([[1, 0], [3, 2]], dtype=">i4"),
        np.array([["1", "0"], ["3", "2"]]),
        np.array([[b"1", b"0"], [b"3", b"2"]]),
    ],
    ids=lambda a: str(a.dtype),
)
def test_arrays_of_every_kind(save, array) -> None:
    data = read_dataset(save(array))
    assert data.names == ("x1", "x2")
    assert labels_of(data) == [["1", "0"], ["3", "2"]]


def test_arrays_hold_digits_pins_truth_values_and_fractions(save) -> None:
    ten = read_dataset(save(np.array([[10, 2, 3], [9, 10, 1]])))
    assert labels_of(ten) == [["0", "2", "3"], ["9", "0", "1"]]
    pins = read_dataset(save(np.array(["0012", "1234"])))
    assert pins.rows.tolist() == [[0, 0, 1, 2], [1, 2, 3, 4]]
    assert labels_of(read_dataset(save(np.array([[True, False]])))) == [["1", "0"]]
    assert read_dataset(save(np.array([[0.5], [2.0], [0.25]]))).variable("x1").labels == ("0.25", "0.5", "2")
    turned = read_dataset(save(np.array([[1, 2, 4], [4, 2, 1]])), transposed=True)
    assert labels_of(turned) == [["1", "4"], ["2", "2"], ["4", "1"]]


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.array([[1.0, 2.0], [np.nan, 1.0]]), "Row 2, column x1 is nan"),
        (np.array([[1.0, np.inf]]), "Row 1, column x2 is inf"),
        (np.zeros((2, 2, 2)), "3 axes"),
        (np.array(3), "0 axes"),
        (np.zeros((0, 4)), "0 rows and 4 columns"),
        (np.zeros((4, 1001)), "4 rows and 1,001 columns; at most 1,000 are read. If its rows are variables"),
        (np.array([[1j]]), "complex128"),
        (np.array([[1, "a"]], dtype=object), "not a complete NumPy array"),
        (np.zeros(3, dtype=[("a", int)]), "entries of type"),
        (np.array(["2001-01-01"], dtype="M8[D]"), "datetime64"),
    ],
)
def test_arrays_that_are_no_tables(save, array, message) -> None:
    with pytest.raises(FileFormatError, match=message):
        read_dataset(save(array))


def test_array_files_that_are_cut_or_lie(save, write, tmp_path) -> None:
    path = save(np.arange(100).reshape(50, 2))
    content = path.read_bytes()
    for length in range(1, len(content), 37):
        with pytest.raises(FileFormatError, match=r"not a (complete )?NumPy array"):
            read_dataset(write(content[:length], "cut.npy"))
    huge = content.replace(b"(50, 2), }", b"(10**11, )")
    liar = content.replace(b"(50, 2), }         ", b"(99999999999, 2), }")
    assert liar != content
    for text in (huge, liar):
        with pytest.raises(FileFormatError, match="not a complete NumPy array"):
            read_dataset(write(text, "liar.npy"))
    np.savez(tmp_path / "several.npz", a=np.zeros(3))
    (tmp_path / "several.npz").rename(tmp_path / "several.npy")
    with pytest.raises(FileFormatError, match="archive of several arrays"):
        read_dataset(tmp_path / "several.npy")
    with pytest.raises(FileFormatError, match="at most 100 bytes"):
        read_dataset(save(np.zeros((50, 2))), max_bytes=100)
    with pytest.raises(FileFormatError, match="50 rows; at most 10 are read"):
        read_dataset(save(np.zeros((50, 2))), max_rows=10)


@given(st.data())
def test_damaged_array_files_raise_nothing_but_messages(tmp_path_factory, data) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.npy"
    np.save(path, np.arange(12).reshape(4, 3))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, 127))
        content[place] = data.draw(st.integers(0, 255) | st.sampled_from(list(b"()'{},0123456789OVSfi<>|")))
    path.write_bytes(content[: data.draw(st.integers(100, len(content)))])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPy warns about headers in the style of Python 2
            read_dataset(path)
    except CliqueError as error:
        assert str(error)  # noqa: PT017
