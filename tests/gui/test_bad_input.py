"""Whatever a person brings, is the answer a notice in sight that names the fault, and is nothing lost?

After each fault the document is the same object as before, the notice stands under the headline, and the next action
works.
"""

import os
import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QTableView

from gui.hand import wait_until
from models.factor import Factor
from models.files import FORMATS, write_model
from models.project import Project
from models.ugm import UGM, Variable
from tests.acts import Person

OPENED = sorted(
    end for kind in FORMATS if kind.gives in ("project", "model", "graph", "data") for end in kind.extensions
)
BINARY = bytes(range(256)) * 40
HUGE = 20 * 10**9


@pytest.fixture
def person(window):
    """Someone with two joined variables, one of them clamped: something to lose."""
    someone = Person(window)
    someone.hand.double_click_empty(-150, 0)
    someone.hand.double_click_empty(150, 0)
    someone.hand.drag_edge("x1", "x2")
    someone.hand.click_bar("x1", 1)
    someone.settle()
    return someone


def check_refused(person, before, *words):
    """Assert that nothing was lost, that the notice says what is the matter, and that one can go on."""
    window = person.window
    assert person.project is before
    assert person.notice, "there is no notice in sight"
    for word in words:
        assert word in person.notice, f'"{word}" is not in "{person.notice}"'
    assert "inside Clique" not in person.notice
    strip = window.notices
    inside = strip.mapTo(window, strip.rect().center())
    assert (
        window.headline_bar.geometry().bottom()
        < inside.y()
        < window.view.mapTo(window, window.view.rect().topLeft()).y()
    )
    assert strip._text.height() >= strip._text.heightForWidth(strip._text.width()), "the text is cut"
    # The next action works, and what was wrong is no longer the news.
    n = len(before.ugm.names)
    person.hand.double_click(empty_place(window))
    assert len(person.project.ugm.names) == n + 1
    person.keys("Ctrl+Z")
    assert person.project is before
    window.notices.dismiss()


def empty_place(window):
    """Return a pixel of the canvas, well inside it, where nothing is drawn."""
    view, area = window.view, window.view.viewport().rect().adjusted(30, 30, -30, -30)
    places = (QPoint(x, y) for y in range(area.bottom(), area.top(), -20) for x in range(area.left(), area.right(), 20))
    return next(place for place in places if not window.scene.hit(view.mapToScene(place)))


# --- files -------------------------------------------------------------------------------------------------------


def valid_bytes(ending, folder):
    """Return the content of a proper file of a kind."""
    path = folder / f"proper{ending}"
    ugm = UGM(
        [Variable("a", ("0", "1")), Variable("b", ("0", "1"))], [Factor.from_table(("a", "b"), [[1.0, 2], [3, 4]])]
    )
    if ending in (".clique", ".uai"):
        write_model(ugm, path)
        return path.read_bytes()
    if ending == ".bif":
        return (
            b"network n {}\nvariable a { type discrete [ 2 ] { no, yes }; }\nprobability ( a ) { table 0.25, 0.75; }\n"
        )
    if ending == ".gr":
        return b"p tw 4 3\n1 2\n2 3\n3 4\n"
    rows = np.random.default_rng(0).integers(0, 3, (60, 3))
    if ending == ".npy":
        np.save(path, rows)
        return path.read_bytes()
    if ending in (".jld", ".h5", ".hdf5"):
        h5py = pytest.importorskip("h5py")
        with h5py.File(path, "w") as file:
            file["data"] = rows
        return path.read_bytes()
    return b"a,b,c\n" + b"".join(b"%d,%d,%d\n" % tuple(row) for row in rows.tolist())


@pytest.mark.parametrize("ending", OPENED)
def test_a_file_that_is_broken_in_any_way_is_refused_by_name(person, tmp_path, ending):
    before = person.project
    proper = valid_bytes(ending, tmp_path)
    faults = {"empty": b"", "binary": BINARY, "text": b"this is no such file\n"}
    if ending not in (".csv", ".tsv", ".txt", ".dat"):  # half a table of text is a table
        faults["truncated"] = proper[: int(0.6 * len(proper))]
    if ending in (".csv", ".tsv", ".txt", ".dat"):
        del faults["text"]  # a line of text is a table with a header and no rows, or a row of labels
    for fault, content in faults.items():
        path = tmp_path / f"{fault}{ending}"
        path.write_bytes(content)
        person.drop(path)
        check_refused(person, before, path.name)
    folder = tmp_path / f"folder{ending}"
    folder.mkdir()
    person.drop(folder)
    check_refused(person, before, folder.name, "folder")
    person.drop(tmp_path / f"missing{ending}")
    check_refused(person, before, f"missing{ending}", "no such file")
    huge = tmp_path / f"huge{ending}"
    with huge.open("wb") as file:
        file.write(proper[:8])
        file.truncate(HUGE)  # holes only: it takes no room on the disk
    start = time.process_time()
    person.drop(huge)
    assert time.process_time() - start < 10
    check_refused(person, before, huge.name)
    # A proper file of the same kind opens right after.
    person.window.filing.ask = lambda: "discard"
    path = tmp_path / f"good{ending}"
    path.write_bytes(proper)
    person.drop(path)
    assert person.notice == ""
    assert person.project is not before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_one_may_not_read(person, tmp_path):
    path = tmp_path / "secret.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    path.chmod(0)
    before = person.project
    person.drop(path)
    check_refused(person, before, "secret.csv", "permission")


def test_a_gzip_bomb_and_an_unknown_ending(person, tmp_path):
    import gzip

    before = person.project
    bomb = tmp_path / "bomb.csv.gz"
    with gzip.open(bomb, "wb", compresslevel=9) as file:
        block = b"0,1,2\n" * 200_000
        for _ in range(10):
            file.write(block)
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(bomb.read_bytes()[:-2000])
    person.drop(cut)
    check_refused(person, before, "cut.csv.gz")
    strange = tmp_path / "model.docx"
    strange.write_bytes(b"PK\x03\x04")
    person.drop(strange)
    check_refused(person, before, "model.docx", ".docx", ".uai")


PIN_FAULTS = {
    "letters": ("pin\n1234\n12a4\n5678\n", ("line 3", "12a4")),
    "missing_field": ("a,b,c\n1,2,3\n4,5\n6,7,8\n", ("line 3",)),
    "a_field_too_many": ("a,b,c\n1,2,3\n4,5,6,7\n", ("line 3",)),
    "empty_field": ("a,b,c\n1,2,3\n4,,6\n", ("line 3",)),
    "wrong_length": ("pin\n1234\n123456\n5678\n", ("line 3", "123456")),
    "negative_count": ("pin,count\n1234,5\n1235,-2\n", ("line 3",)),
    "not_a_number_as_count": ("pin,count\n1234,5\n1235,nan\n", ("line 3",)),
    "header_only": ("a,b,c\n", ("row",)),
}


@pytest.mark.parametrize("fault", PIN_FAULTS)
def test_a_table_with_a_bad_row_names_the_line(person, tmp_path, fault):
    text, words = PIN_FAULTS[fault]
    path = tmp_path / f"{fault}.csv"
    path.write_text(text, encoding="utf-8")
    before = person.project
    person.drop(path)
    check_refused(person, before, path.name, *words)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfpin\r\n0007\r\n1234\r\n0042\r\n",
        b"0007\n1234\n0042\n",
        b"pin;count\n0007;1\n1234;1\n0042;1\n",
        b"a;b;c;d\r\n0;0;0;7\r\n1;2;3;4\r\n0;0;4;2\r\n",
    ],
    ids=["BOM and CRLF", "no header", "semicolons and counts", "semicolons, columns"],
)
def test_odd_but_proper_tables_are_read(person, tmp_path, content):
    path = tmp_path / "pins.csv"
    path.write_bytes(content)
    person.drop(path)
    assert person.notice == ""
    data = person.window.controller.dataset
    digits = [[int(v.labels[s]) for v, s in zip(data.variables, row, strict=True)] for row in data.rows.tolist()]
    assert digits == [[0, 0, 0, 7], [1, 2, 3, 4], [0, 0, 4, 2]]
    assert person.window.workspaces.name == "fit"
    person.keys("Ctrl+Z")  # reading data is an edit like any other
    assert person.project.ugm.names == ("x1", "x2")


def test_data_that_do_not_fit_the_drawn_graph(person, tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("p,q\n" + "0,1\n1,0\n1,1\n" * 5, encoding="utf-8")
    person.drop(path)
    # The data's variables take the place of those drawn; a variable drawn now has no column.
    assert person.project.ugm.names == ("p", "q")
    person.keys("Ctrl+-", "Ctrl+-")
    middle = person.window.scene.extent().center()
    person.hand.double_click_empty(middle.x(), middle.y() - 150)
    person.hand.drag_edge("p", "x1")
    person.press_button("Edges: drawn graph")
    before = person.project
    person.keys("F5")
    person.settle()
    check_refused(person, before, "x1")
    person.press_button("Edges: independent")
    person.keys("F5")
    person.settle()
    assert person.project.fits[-1].label == "independent"
    assert person.notice == ""


def test_the_data_of_a_project_that_are_gone(person, tmp_path):
    path, table = tmp_path / "model.clique", tmp_path / "rows.csv"
    table.write_text("p,q\n" + "0,1\n1,0\n1,1\n" * 5, encoding="utf-8")
    person.drop(table)
    assert person.window.filing.save_to(path)
    table.unlink()
    person.keys("Ctrl+N")
    person.drop(path)
    person.settle()
    assert "rows.csv" in person.notice
    assert person.project.ugm.names == ("p", "q")
    assert person.project.data is not None, "the project still says which data it wants"
    assert not person.window.workspaces.fit.side.fit_button.isEnabled()
    person.press_button("Bundled PINs", person.window.workspaces.fit.side)
    person.settle()
    assert person.notice == ""
    assert person.window.controller.dataset.n_rows > 1000


# --- evidence ----------------------------------------------------------------------------------------------------


@pytest.fixture
def equal_pair(person):
    """Two variables that must agree, and a third."""
    equal = Factor.from_table(("a", "b"), [[1.0, 0.0], [0.0, 1.0]])
    tilt = Factor.from_table(("b", "c"), [[1.0, 2.0], [3.0, 1.0]])
    ugm = UGM([Variable(name, ("0", "1")) for name in "abc"], [equal, tilt])
    places = {"a": (-200.0, 0.0), "b": (0.0, 0.0), "c": (200.0, 0.0)}
    person.window.document.load(Project(ugm=ugm, positions=places, query={"c": 1}))
    person.settle()
    return person


def check_no_numbers(person):
    window = person.window
    assert all(person.bars(name) is None for name in person.project.ugm.names)
    assert window.headline.answer_tile.values.new == "no answer"
    assert "log Z" not in window.status._log_z.text()
    assert window.headline.fit_tile.values.new == "unknown"


def test_impossible_evidence_names_the_clamps_and_offers_release(equal_pair):
    person = equal_pair
    person.hand.click_bar("a", 0)
    person.hand.click_bar("b", 1)
    person.settle()
    assert "a = 0" in person.notice
    assert "b = 1" in person.notice
    check_no_numbers(person)
    person.press_button("Release all", person.window.notices)
    assert person.notice == ""
    assert not person.project.evidence
    person.check_answers()
    # Undo brings the clamps back, and with them the notice; undoing once more lets b go.
    person.keys("Ctrl+Z")
    person.settle()
    assert "cannot happen" in person.notice
    check_no_numbers(person)
    person.keys("Ctrl+Z")
    assert dict(person.project.evidence) == {"a": 0}
    person.check_answers()
    assert person.notice == ""


def test_impossible_evidence_stops_a_sampler_with_a_word_and_release_lets_it_start(equal_pair):
    person = equal_pair
    person.keys("Ctrl+3", "F6")
    workspace = person.window.workspaces.sample
    wait_until(lambda: workspace.snapshot is not None and workspace.snapshot.n_draws > 100, "some draws")
    person.hand.click_bar("a", 0)
    person.hand.click_bar("b", 1)
    wait_until(lambda: not workspace.running, "the sampler to stop")
    person.settle()
    assert "a = 0" in person.notice
    person.keys("Ctrl+Shift+C")
    person.settle()
    assert person.notice == ""
    person.keys("F6")
    wait_until(lambda: workspace.running and workspace.snapshot.n_draws > 100, "new draws")
    assert not workspace.snapshot.evidence


def test_a_table_of_zeros_is_impossible_without_any_clamp(equal_pair):
    person = equal_pair
    person.hand.double_click(person.hand.link("a", "b"))
    table = person.named(QTableView, "Table of the factor")
    person.type_cell(table, 0, 0, "0")
    person.check_answers()
    person.type_cell(table, 1, 1, "0")
    person.settle()
    assert person.notice
    check_no_numbers(person)
    person.keys("Ctrl+Z")
    person.check_answers()
    assert person.notice == ""


# --- what is typed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["-1", "nan", "NaN", "abc", "", "inf", "1e400", "1 2", "--3", "0x10"])
def test_nonsense_in_a_factors_table_is_refused_and_the_entry_stays(person, typed):
    person.hand.double_click(person.hand.link("x1", "x2"))
    before = person.project
    table = person.named(QTableView, "Table of the factor")
    person.type_cell(table, 0, 1, typed)
    assert table.model().index(0, 1).data() == "1"
    check_refused(person, before, "x")


@pytest.mark.parametrize("typed", ["nan", "inf", "abc"])
def test_nonsense_as_a_log_potential_is_refused(person, typed):
    person.hand.double_click(person.hand.link("x1", "x2"))
    person.window.inspector.factor._unit.setCurrentIndex(1)
    before = person.project
    person.type_cell(person.named(QTableView, "Table of the factor"), 0, 0, typed)
    check_refused(person, before)


@pytest.mark.parametrize(("column", "typed"), [(0, "1"), (0, ""), (1, "-3"), (1, "nan"), (1, "x")])
def test_nonsense_in_the_table_of_states_is_refused(person, column, typed):
    person.hand.click_variable("x2")
    before = person.project
    person.type_cell(person.named(QTableView, "States and their probabilities"), 0, column, typed)
    check_refused(person, before)


def test_an_edge_drawn_twice_is_refused(person):
    before = person.project
    person.hand.drag_edge("x2", "x1")
    check_refused(person, before, "x1", "x2", "joined already")
