"""Can a person choose data, edges and an optimiser, start and stop a fit, and read and load what came of it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QRadioButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from gui import theme
from gui.equations import EquationView, typeset
from gui.panels.equation import EquationCard, scope_name, set_words, tex_lines, weight_words
from gui.panels.fit_choices import CHOICES, DRAWN, EdgePicture, FitRequest
from gui.panels.fit_data import rows_html, states_words
from gui.panels.fit_plot import nice_ticks
from gui.panels.fit_rows import LABEL, NLL, P_EVENT, P_LAST, TIME, Naming, duration, headers
from gui.panels.fitting import FitInspector, FitResults
from models.dataset import Dataset
from models.learning import FitProgress, fit
from models.project import FitRecord, Project
from models.ugm import UGM, Variable

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def _plain_theme(qapp: Any) -> Iterator[None]:
    theme.set_current(theme.LIGHT)
    theme.set_font_scale(1.0)
    yield
    theme.set_current(theme.LIGHT)
    theme.set_font_scale(1.0)


def make_pins(n: int = 300) -> Dataset:
    rows = np.random.default_rng(4).integers(0, 10, (n, 4))
    rows[: n // 3] = (1, 2, 3, 4)
    return Dataset([Variable.of_size(f"x{k}", 10) for k in (1, 2, 3, 4)], rows, name="pins.csv", notes=["One column."])


def data_row(dataset: Dataset) -> FitRecord:
    event = dataset.commonest_row()
    return FitRecord("data", dataset.names, dataset.nll_saturated(), event, event, 0.4, 0.3, 0.95, message="300 rows")


def fit_row(dataset: Dataset, label: str, p_last: float, optimizer: str = "l-bfgs") -> FitRecord:
    result = fit(dataset, label, optimizer=optimizer)
    event = dataset.commonest_row()
    return FitRecord(
        label, dataset.names, result.nll, event, event, 0.4, 0.05, p_last, len(result.ugm.edges), result.n_parameters,
        0.052, 1000, 0.0123, optimizer, result.converged, result.message, result.ugm, result.trace,
    )  # fmt: skip


@pytest.fixture(scope="module")
def pins() -> Dataset:
    return make_pins()


@pytest.fixture(scope="module")
def fitted(pins: Dataset) -> Project:
    rows = [data_row(pins)]
    rows += [fit_row(pins, label, p) for label, p in (("independent", 0.19), ("chain", 0.58), ("complete", 0.78))]
    rows.append(fit_row(pins, "complete", 0.74, "coursework"))
    places = {"x1": (0.0, 0.0), "x2": (90.0, 0.0), "x3": (90.0, 90.0), "x4": (0.0, 90.0)}
    model = rows[2].ugm
    assert model is not None
    return Project(ugm=model, positions=places, fits=tuple(rows))


@pytest.fixture
def inspector(qtbot: QtBot, pins: Dataset) -> FitInspector:
    panel = FitInspector()
    qtbot.addWidget(panel)
    panel.resize(360, 700)
    panel.show_dataset(pins)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


@pytest.fixture
def results(qtbot: QtBot, pins: Dataset, fitted: Project) -> FitResults:
    panel = FitResults()
    qtbot.addWidget(panel)
    panel.resize(1280, 240)
    panel.show_dataset(pins)
    panel.show_project(None, fitted)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def click(qtbot: QtBot, widget: QWidget) -> None:
    """Scroll a widget into view, as a person would, and click its middle (the left end of a radio button)."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()
    at = QPoint(12, widget.height() // 2) if isinstance(widget, QRadioButton) else widget.rect().center()
    qtbot.mouseClick(widget, LEFT, pos=at)


def named(panel: QWidget, name: str) -> Any:
    found = [w for w in panel.findChildren(QWidget) if w.accessibleName() == name]
    assert len(found) == 1, f"{len(found)} widgets are called {name}"
    return found[0]


def requests(panel: FitInspector) -> list[FitRequest]:
    heard: list[FitRequest] = []
    panel.fit_requested.connect(heard.append)
    return heard


def equation_words(panel: FitInspector) -> str:
    return " ".join(label.text() for label in panel.equation.findChildren(QLabel))


# --- choosing and asking -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", [choice for choice in CHOICES if choice != DRAWN])
def test_a_click_on_a_picture_and_on_fit_asks_for_that_fit(qtbot: QtBot, inspector: FitInspector, choice: str) -> None:
    heard = requests(inspector)
    click(qtbot, named(inspector, f"Edges: {choice}"))
    click(qtbot, named(inspector, "Fit"))
    assert [(r.choice, r.factors, r.label, r.optimizer, r.l2) for r in heard] == [(choice, choice, choice, "l-bfgs", 0)]


def test_the_course_optimiser_and_a_ridge(qtbot: QtBot, inspector: FitInspector) -> None:
    heard = requests(inspector)
    click(qtbot, named(inspector, "As in the course (stops early)"))
    ridge = named(inspector, "Ridge penalty")
    ridge.setFocus()
    ridge.selectAll()
    qtbot.keyClicks(ridge, "0.01")
    qtbot.keyClick(ridge, Qt.Key.Key_Tab)
    click(qtbot, named(inspector, "Fit"))
    assert [(r.label, r.optimizer, r.l2) for r in heard] == [("chain, λ 0.01", "coursework", 0.01)]


def test_arrow_keys_move_between_the_pictures_and_change_the_equation(qtbot: QtBot, inspector: FitInspector) -> None:
    picture = inspector.edges.pictures["chain"]
    picture.setFocus()
    assert "E = {1–2, 2–3, 3–4}" in equation_words(inspector)
    assert "340 weights, 279 of them free" in equation_words(inspector)
    qtbot.keyClick(picture, Qt.Key.Key_Left)
    assert inspector.edges.choice == "one edge"
    assert "E = {1–2}" in equation_words(inspector)
    qtbot.keyClick(inspector.edges.pictures["one edge"], Qt.Key.Key_Left)
    assert "independent" in equation_words(inspector)


def test_the_drawn_graph_is_fitted_as_it_is_on_the_canvas(
    qtbot: QtBot, inspector: FitInspector, fitted: Project
) -> None:
    drawn = replace(fitted, ugm=fitted.ugm.without_edge("x2", "x3").with_edge("x1", "x4"), fits=())
    inspector.show_project(None, drawn)
    heard = requests(inspector)
    click(qtbot, named(inspector, f"Edges: {DRAWN}"))
    assert "E = {1–2, 3–4, 1–4}" in equation_words(inspector)
    click(qtbot, named(inspector, "Fit"))
    assert heard[0].factors is drawn.ugm
    assert heard[0].label == DRAWN


def test_a_drawn_graph_that_does_not_fit_the_data_says_so(qtbot: QtBot, inspector: FitInspector) -> None:
    inspector.show_project(None, Project(ugm=UGM([Variable.of_size("rain", 2)])))
    click(qtbot, named(inspector, f"Edges: {DRAWN}"))
    assert "rain" in equation_words(inspector)
    assert "x1, x2, x3, x4" in equation_words(inspector)


def test_the_two_ways_to_data(qtbot: QtBot, inspector: FitInspector) -> None:
    heard: list[str] = []
    inspector.data_requested.connect(heard.append)
    click(qtbot, named(inspector, "Bundled PINs"))
    click(qtbot, named(inspector, "Open data…"))
    assert heard == ["bundled:pins", "open"]


def test_without_data_fit_cannot_be_pressed_and_its_key_says_why(qtbot: QtBot, inspector: FitInspector) -> None:
    inspector.show_dataset(None)
    heard = requests(inspector)
    assert not inspector.fit_button.isEnabled()
    click(qtbot, inspector.fit_button)
    inspector.ask_fit()  # what F5 does
    assert heard == []
    assert "no data" in inspector.line.text()


def test_the_data_card_shows_name_size_states_and_rows(qtbot: QtBot, inspector: FitInspector) -> None:
    words = " ".join(label.text() for label in inspector.data.findChildren(QLabel) if label.isVisible())
    for part in ("pins.csv", "300 rows, 4 columns, states 0 to 9", "1234"):
        assert part in words
    note = next(label for label in inspector.data.findChildren(QLabel) if label.text() == "One column.")
    assert not note.isVisible()
    click(qtbot, named(inspector, "How the data were read"))
    assert note.isVisible()


def test_pictures_that_need_more_variables_cannot_be_chosen(qtbot: QtBot, inspector: FitInspector) -> None:
    inspector.edges.choose("triples")
    inspector.show_dataset(Dataset([Variable.of_size("a", 2), Variable.of_size("b", 2)], [[0, 1]]))
    assert inspector.edges.choice == "independent"
    click(qtbot, named(inspector, "Edges: triples"))
    assert inspector.edges.choice == "independent"
    inspector.show_dataset(Dataset([Variable.of_size("a", 2)], [[0]]))
    assert [c for c, p in inspector.edges.pictures.items() if p.isEnabled()] == ["independent", DRAWN]


# --- a fit that runs ---------------------------------------------------------------------------------------------


def progress(pins: Dataset, k: int = 17) -> FitProgress:
    return FitProgress(k, 7.56134, 0.01, None, tuple(np.linspace(9.2, 7.56134, k + 1)))


def test_a_running_fit_is_watched_and_stopped(
    qtbot: QtBot, inspector: FitInspector, results: FitResults, pins: Dataset
) -> None:
    stops: list[bool] = []
    inspector.stop_requested.connect(lambda: stops.append(True))
    assert not inspector.stop_button.isEnabled()
    click(qtbot, named(inspector, "Fit"))
    for panel in (inspector, results):
        panel.show_running(True)
        panel.show_progress(progress(pins))
    assert inspector.line.text() == "chain: iteration 17, NLL 7.5613"
    assert results.plot.accessibleName() == "NLL by iteration: running, 17 iterations, from 9.200 to 7.561"
    assert not inspector.fit_button.isEnabled()
    click(qtbot, named(inspector, "Stop"))
    assert stops == [True]
    for panel in (inspector, results):
        panel.show_running(False)
    assert "stopped" in inspector.line.text()
    assert "running" not in results.plot.accessibleName()
    assert inspector.fit_button.isEnabled()
    inspector.ask_stop()
    assert stops == [True]


def test_a_fit_that_ends_says_how(inspector: FitInspector, fitted: Project) -> None:
    inspector.show_project(None, replace(fitted, fits=fitted.fits[:-1]))
    inspector.show_project(replace(fitted, fits=fitted.fits[:-1]), fitted)
    assert inspector.line.text().startswith("complete: stopped early, after ")
    assert inspector.line.text().endswith("12 ms")


def test_a_failure_is_read_beside_the_button(inspector: FitInspector) -> None:
    inspector.show_failure("The largest clique has 10,000,000,000 entries.")
    assert inspector.line.text() == "The largest clique has 10,000,000,000 entries."
    assert inspector.line.palette().color(inspector.line.foregroundRole()) == theme.current().alarm_text


def test_the_difference_to_the_course_is_explained_on_the_fits_made(
    qtbot: QtBot, inspector: FitInspector, fitted: Project
) -> None:
    inspector.show_project(None, replace(fitted, fits=()))
    notes = [label for label in inspector.findChildren(QLabel) if "course" in label.text()]
    assert len(notes) == 1
    assert not notes[0].isVisible()
    click(qtbot, named(inspector, "As in the course (stops early)"))
    assert notes[0].isVisible()
    assert "below 0.01" in notes[0].text()
    inspector.show_project(None, fitted)
    assert "the complete fit stopped after" in notes[0].text()
    assert "0.740 instead of 0.780" in notes[0].text()


def test_loading_a_fit_chooses_its_picture(inspector: FitInspector, fitted: Project) -> None:
    inspector.show_project(None, fitted)
    assert inspector.edges.choice == "chain"
    model = fitted.fits[3].ugm
    assert model is not None
    inspector.show_project(fitted, fitted.with_model(model))
    assert inspector.edges.choice == "complete"


# --- the table ---------------------------------------------------------------------------------------------------


def cell(results: FitResults, row: int, column: int) -> str:
    return str(results.table.rows.index(row, column).data())


def press(qtbot: QtBot, results: FitResults, row: int, column: int = P_LAST) -> None:
    at = results.table.visualRect(results.table.rows.index(row, column)).center()
    qtbot.mouseClick(results.table.viewport(), LEFT, pos=at)


def test_headers_name_the_commonest_row(results: FitResults) -> None:
    shown = [results.table.rows.headerData(c, Qt.Orientation.Horizontal) for c in range(TIME + 1)]
    assert shown == [
        "Model", "Edges", "Weights", "NLL\nper row", "Decoding", "p(x₁=1)", "p(1234)", "in 1,000\ndraws",
        "p(x₄=4 |\n1,2,3)", "Time",
    ]  # fmt: skip


def test_headers_for_other_data() -> None:
    naming = Naming(("rain", "grass"), (("no", "yes"), ("dry", "wet")))
    record = FitRecord("data", naming.names, 0.0, (1, 1), (1, 1), 0.5, 0.5, 0.5)
    shown, meant = headers(naming, record)
    assert (shown[5], shown[P_EVENT], shown[P_LAST]) == ("p(rain=yes)", "p(yes, wet)", "p(grass=wet |\nyes)")
    assert "yes, wet" in meant[P_EVENT]
    many = FitRecord("data", tuple(f"x{k}" for k in range(1, 21)), 0.0, (1,) * 20, (1,) * 20, 0.5, 0.5, 0.5)
    shown, _ = headers(Naming(), many)
    assert (shown[P_EVENT], shown[P_LAST]) == ("p(event)", "p(x₂₀=1 |\nthe rest)")
    alone, _ = headers(Naming(), FitRecord("data", ("x",), 0.0, (0,), (0,), 0.5, 0.5, 0.5))
    assert alone[P_LAST] == "p(x=0)"


def test_the_data_come_first_and_fits_follow_in_order(results: FitResults, fitted: Project) -> None:
    labels = [cell(results, row, LABEL) for row in range(results.table.rows.rowCount())]
    assert labels == ["data", "independent", "chain", "complete", "complete (course)"]
    assert [cell(results, row, P_LAST) for row in range(5)] == ["0.9500", "0.1900", "0.5800", "0.7800", "0.7400"]
    assert [cell(results, 0, c) for c in (1, 2, TIME)] == ["", "", ""]
    assert cell(results, 3, TIME) == "12 ms"
    assert cell(results, 1, 7) == "0.052"
    first, second = (results.table.rows.index(row, NLL).data(Qt.ItemDataRole.BackgroundRole) for row in (0, 1))
    assert first is not None
    assert second is None
    assert "on the canvas" in results.table.rows.index(2, LABEL).data(Qt.ItemDataRole.ToolTipRole)
    assert results.table.rows.is_current(2)


def test_a_click_asks_for_a_model_but_not_for_the_data(qtbot: QtBot, results: FitResults, fitted: Project) -> None:
    heard: list[FitRecord] = []
    results.record_chosen.connect(heard.append)
    press(qtbot, results, 3)
    press(qtbot, results, 0)
    press(qtbot, results, 1, LABEL)
    assert heard == [fitted.fits[3], fitted.fits[1]]


def test_enter_asks_for_the_row_in_hand(qtbot: QtBot, results: FitResults, fitted: Project) -> None:
    heard: list[FitRecord] = []
    results.record_chosen.connect(heard.append)
    table = results.table
    table.setFocus()
    table.setCurrentIndex(table.rows.index(1, LABEL))
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert heard == [fitted.fits[2]]


def test_the_data_stay_in_view_below_many_fits(qtbot: QtBot, results: FitResults, fitted: Project) -> None:
    many = replace(fitted, fits=fitted.fits * 5)
    results.show_project(fitted, many)
    table = results.table
    qtbot.waitUntil(lambda: table.verticalScrollBar().value() > 0)
    pinned = named(results, "What the data show")
    assert pinned.isVisible()
    last = table.rows.index(table.rows.rowCount() - 1, 0)
    qtbot.waitUntil(lambda: table.visualRect(last).bottom() <= table.viewport().height())
    assert table.horizontalScrollBar().maximum() == 0
    blue = QColor(theme.current().data)
    picture = results.grab().toImage()
    spot = pinned.mapTo(results, QPoint(14, pinned.height() // 2))
    assert picture.pixelColor(spot) == blue
    table.setFocus()
    table.setCurrentIndex(table.rows.index(6, LABEL))
    assert table.visualRect(table.currentIndex()).top() >= pinned.height()


def test_a_small_panel_gives_its_width_to_the_table(qtbot: QtBot, results: FitResults) -> None:
    assert results.plot.isVisible()
    assert results.table.horizontalScrollBar().maximum() == 0
    results.resize(860, 215)
    qtbot.waitUntil(lambda: not results.plot.isVisible())
    assert results.table.horizontalScrollBar().maximum() == 0
    table = results.table
    assert table.columnWidth(LABEL) >= table.sizeHintForColumn(LABEL)
    curve = named(results, "Show the curve of the NLL")
    click(qtbot, curve)
    assert results.plot.isVisible()
    assert results.plot.width() >= 150
    click(qtbot, curve)
    assert not results.plot.isVisible()


def test_names_come_from_a_fit_where_the_data_are_not_at_hand(results: FitResults) -> None:
    results.show_dataset(None)
    assert results.table.rows.headerData(P_EVENT, Qt.Orientation.Horizontal) == "p(1234)"


# --- looks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("scale", [1.0, 1.3])
def test_nothing_is_cut_off_in_the_column(
    qtbot: QtBot, inspector: FitInspector, fitted: Project, width: int, scale: float
) -> None:
    theme.set_font_scale(scale)
    inspector.show_project(None, fitted)
    inspector.resize(width if scale == 1.0 else round(width * scale), 700)
    qtbot.wait(20)
    area = inspector.findChild(QScrollArea)
    assert area is not None
    assert area.horizontalScrollBar().maximum() == 0
    for button in inspector.findChildren(QAbstractButton):
        if not isinstance(button, EdgePicture) and button.isVisible():
            assert button.width() >= button.minimumSizeHint().width(), button.text()
    view = inspector.findChild(EquationView)
    assert view is not None
    assert view.width() >= view.minimumSizeHint().width()


@pytest.mark.parametrize("palette", sorted(theme.PALETTES))
def test_every_palette_draws(inspector: FitInspector, results: FitResults, fitted: Project, palette: str) -> None:
    inspector.show_project(None, fitted)
    theme.set_current(theme.PALETTES[palette])
    for panel in (inspector, results):
        picture = panel.grab().toImage()
        assert len({picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, 200, 3)}) > 5


def test_everything_that_takes_focus_has_a_name_and_a_tip(inspector: FitInspector, results: FitResults) -> None:
    for panel in (inspector, results):
        for widget in panel.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.objectName().startswith("qt_"):
                assert widget.accessibleName(), f"a {type(widget).__name__} has no name"
                assert widget.toolTip(), f"{widget.accessibleName()} has no tip"


# --- the equation ------------------------------------------------------------------------------------------------


def ink(picture: QImage) -> int:
    return sum(
        picture.pixelColor(x, y).lightness() < 128 for x in range(picture.width()) for y in range(picture.height())
    )


def test_the_equation_is_drawn_and_typeset_once(qtbot: QtBot) -> None:
    card = EquationCard()
    qtbot.addWidget(card)
    card.resize(340, 400)
    variables = [Variable.of_size(f"x{k}", 2) for k in (1, 2, 3)]
    singles = [("x1",), ("x2",), ("x3",)]
    card.show_scopes(variables, singles)
    card.show()
    view = card.findChild(EquationView)
    assert view is not None
    short = ink(view.grab().toImage())
    card.show_scopes(variables, [*singles, ("x1", "x2"), ("x1", "x2", "x3")])
    assert "v_{jk,x_j x_k}" in view.accessibleName()
    assert "u_{jkl,x_j x_k x_l}" in view.accessibleName()
    qtbot.waitUntil(lambda: view.height() == view.heightForWidth(view.width()))
    assert ink(view.grab().toImage()) > 1.5 * short > 150
    assert typeset("p(x)", 19.0, "#000000") is typeset("p(x)", 19.0, "#000000")


def test_the_equation_has_a_sum_for_each_size_of_factor() -> None:
    assert tex_lines([("a",)]) == [r"p(x)=\frac{1}{Z}\exp\Bigl(\sum_{j} w_{j,x_j}\Bigr)"]
    pairs = tex_lines([("a",), ("b",), ("a", "b")])
    assert pairs == [r"p(x)=\frac{1}{Z}\exp\Bigl(\sum_{j} w_{j,x_j}+\sum_{jk\in E} v_{jk,x_j x_k}\Bigr)"]
    assert len(tex_lines([("a",), ("a", "b", "c"), ("a", "b", "c", "d")])) == 2


def test_sets_are_written_for_people() -> None:
    assert scope_name(("x1", "x12")) == "1–12"
    assert scope_name(("rain", "x2")) == "rain–x₂"
    assert set_words([("a",)]) == "No edges: the variables are independent."
    many = [(f"x{a}", f"x{b}") for a in range(1, 7) for b in range(a + 1, 7)]
    assert set_words(many).endswith("3–4, 3–5, 3–6, … (15 in all)}")


def test_weights_in_words_stay_quick_on_large_models() -> None:
    pair = [Variable.of_size(name, 3) for name in "ab"]
    words = weight_words(pair, [("a",), ("b",), ("a", "b")])
    assert words == (
        "One weight per state: w for each state of each variable and v for each pair of states of each edge. "
        "15 weights, 8 of them free."
    )
    many = [Variable.of_size(f"x{k}", 2) for k in range(40)]
    triples = [(f"x{i}", f"x{j}", f"x{k}") for i in range(40) for j in range(i) for k in range(j)]
    assert weight_words(many, triples).endswith("79,040 weights.")


# --- small words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([tuple("0123456789")] * 4, "states 0 to 9"),
        ([("no", "yes")] * 3, "states no, yes"),
        ([("only",)], "one state, only"),
        ([("a", "b"), ("a", "b", "c")], "2 to 3 states"),
        ([tuple("abcdef")] * 2, "6 states"),
        ([("a", "b"), ("c", "d")], "2 states"),
    ],
)
def test_states_in_words(labels: list[tuple[str, ...]], words: str) -> None:
    assert states_words(labels) == words


def test_first_rows_of_a_wide_weighted_table_are_cut_and_escaped() -> None:
    variables = [Variable(f"c{k}", ("<b>", "a very long label")) for k in range(9)]
    html = rows_html(Dataset(variables, [[0, 1] + [0] * 7] * 8, [2.5] * 8))
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert "a ve…" in html
    assert html.count("<tr>") == 7  # header, five rows, and a mark that there are more
    assert "2.5" in html


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.0034, "3.4 ms"), (0.0123, "12 ms"), (2.5, "2.5 s"), (240, "4.0 min")]
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(("low", "high"), [(6.5, 9.3), (0.0, 1e-3), (7.5, 7.501), (-3.0, 250.0)])
def test_ticks_are_round_and_few(low: float, high: float) -> None:
    ticks = nice_ticks(low, high)
    assert 2 <= len(ticks) <= 5
    assert all(low < value < high for value, _ in ticks)
    assert all(float(text) == pytest.approx(value, abs=1e-9) for value, text in ticks)
    assert len({text for _, text in ticks}) == len(ticks)


def test_an_index_is_not_needed_to_ask_the_table_its_size(results: FitResults) -> None:
    assert results.table.rows.rowCount(results.table.rows.index(0, 0)) == 0
    assert results.table.rows.columnCount(QModelIndex()) == TIME + 1


def test_what_comes_next_is_said_where_there_is_nothing_yet(
    qtbot: QtBot, inspector: FitInspector, results: FitResults, fitted: Project
) -> None:
    assert inspector.line.text() == "Choose the edges, then press Fit."
    inspector.show_dataset(None)
    assert inspector.line.text() == "Load data to begin."
    table = results.table
    counts = []
    for fits in ((), fitted.fits[:1], fitted.fits[:2]):
        results.show_project(None, replace(fitted, fits=fits))
        qtbot.wait(20)
        counts.append(grey(table.viewport().grab().toImage(), table))
    assert counts[0] > 100
    assert counts[1] > 100
    assert counts[2] < 30


def grey(picture: QImage, table: Any) -> int:
    """Count pixels of muted text below the rows."""
    muted, top = QColor(theme.current().muted), table.rows.rowCount() * table.verticalHeader().defaultSectionSize()
    rows, columns = range(top, picture.height()), range(picture.width())
    return sum(picture.pixelColor(x, y) == muted for y in rows for x in columns)
