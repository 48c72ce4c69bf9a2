"""What happens in the demonstration, scene by scene?

Drawing and undoing, the stacked RBM and its three clamps, the PIN fits and their table, the question what follows 1, 2,
3, a sampler on the answer, and the treewidth of the stack seen from all sides. What must come out is in
resources/demo/expected.json, which says where each number is from; the treewidths are the coursework's.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QSpinBox

from models.project import FitRecord

from .demo import Stage
from .demo_width import treewidth_pages
from .hand import Hand, OutOfReachError, choose_from_bar, click, find_button, press, rest, shortcut, wait_until

if TYPE_CHECKING:
    from models.samplers.snapshot import SampleSnapshot

EDGES = (("x1", "x2"), ("x2", "x3"), ("x4", "x5"), ("x5", "x6"), ("x1", "x4"), ("x2", "x5"), ("x3", "x6"))
_COLUMNS = (
    *("label", "optimizer", "n_edges", "n_parameters", "nll", "decoding", "p_first", "p_event"),
    *("p_event_drawn", "p_last_given_rest", "seconds"),
)
CHOICES = (
    ("independent", "l-bfgs"),
    ("one edge", "l-bfgs"),
    ("chain", "l-bfgs"),
    ("chain", "coursework"),
    ("complete", "coursework"),
    ("complete", "l-bfgs"),
)


def expected() -> dict[str, Any]:
    """Return the numbers that must come out."""
    text = (files("resources") / "demo" / "expected.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def drawing(stage: Stage) -> None:
    """Draw six variables and seven edges, clamp one, take everything back and do it again."""
    window, hand = stage.window, Hand(stage.window.view)
    stage.settle()
    stage.picture("start")
    for k in range(6):
        hand.double_click_empty(-200.0 + 200.0 * (k % 3), -90.0 + 180.0 * (k // 3))
    for first, second in EDGES:
        hand.drag_edge(first, second)
    stage.settle()
    ugm = window.document.project.ugm
    stage.check("variables drawn", len(ugm.variables), 6)
    stage.check("edges drawn", len(ugm.edges), 7)
    stage.check("treewidth of a 2 by 3 lattice", window.headline.width_tile.values.new, "2")
    hand.click_bar("x2", 1)
    stage.settle()
    stage.check("treewidth with x2 clamped", _widths(stage), ("2", "1"))
    stage.picture("drawn-and-clamped")
    drawn, steps = window.document.project, window.document.stack.count()
    for _ in range(steps):
        shortcut(window, "Ctrl+Z")
    stage.check("variables after undoing all", len(window.document.project.ugm.variables), 0)
    for _ in range(steps):
        shortcut(window, "Ctrl+Shift+Z")
    stage.check("everything is back after redoing all", window.document.project.same_as(drawn), True)
    window.document.stack.setClean()


def stacked_rbm(stage: Stage) -> None:
    """Open the stacked RBM and clamp its layers as question 1.1 asks."""
    window = stage.window
    choose_from_bar(window.menuBar(), "File", "Open example", "Stacked RBM")
    stage.settle()
    stage.check("treewidth of the stacked RBM", _widths(stage), ("", "5"))
    _three_clamps(stage, 3, "5", ("1", "1", "3"), pictures=True)
    panel = window.inspector
    size = _only(panel.findChildren(QSpinBox), "Variables in each layer")
    size.setFocus()
    press(size, Qt.Key.Key_Up)
    stage.settle()
    _three_clamps(stage, 4, "7", ("1", "1", "4"))
    press(size, Qt.Key.Key_Down)
    stage.settle()
    click(find_button(panel, "Chains", QCheckBox))
    stage.settle()
    _three_clamps(stage, 3, "5", ("0", "0", "3"))
    window.document.stack.setClean()


def _three_clamps(stage: Stage, n: int, before: str, after: tuple[str, ...], pictures: bool = False) -> None:
    for layers, width in zip(("x, h", "z, y", "x, z"), after, strict=True):
        click(find_button(stage.window.inspector, f"given {layers}"))
        stage.settle()
        chains = "" if after[0] == "1" else ", no chains"
        stage.check(f"n = {n}{chains}, given {layers}: treewidth", _widths(stage), (before, width))
        if pictures:
            stage.picture(f"given-{layers.replace(', ', '-')}")
    click(find_button(stage.window.inspector, "Release all"))
    stage.settle()


def pin_fits(stage: Stage) -> None:
    """Open the PIN data and fit every model of question 1.2."""
    window = stage.window
    choose_from_bar(window.menuBar(), "File", "Open example", "PIN data")
    shortcut(window, "Ctrl+2")
    fit = window.workspaces.fit
    if fit is None:
        raise OutOfReachError("the Fit workspace is not there")
    wait_until(lambda: window.controller.dataset is not None, "the bundled PINs")
    stage.settle()
    for choice, optimizer in CHOICES:
        click(find_button(fit.side.edges, f"Edges: {choice}"))
        name = "As in the course (stops early)" if optimizer == "coursework" else "L-BFGS to the optimum"
        click(_scrolled_to(fit.side, find_button(fit.side, name)))
        n_fits = len(window.document.project.fits)
        shortcut(window, "F5")
        _wait_for_fit(stage, n_fits, choice)
        stage.settle()
    rows = [record for record in window.document.project.fits if record.ugm is not None]
    _check_fits(stage, rows)
    stage.picture("pin-fits")


def _wait_for_fit(stage: Stage, n_before: int, choice: str) -> None:
    window = stage.window
    wait_until(lambda: not window.dispatcher.busy("fit"), f"the fit of {choice}", 60.0)
    if len(window.document.project.fits) <= n_before:
        why = window.notices.notice.text if window.notices.notice is not None else "nothing says why"
        raise OutOfReachError(f"the fit of {choice} gave no row: {why}")


def _check_fits(stage: Stage, rows: list[FitRecord]) -> None:
    right = expected()["pins"]
    data = stage.window.controller.record
    if data is None:
        raise OutOfReachError("the data's own row is not in the table")
    stage.tables["fits"] = [_row(record) for record in (data, *rows)]
    print("\n".join(_table(stage.tables["fits"])))
    stage.check("data: p(1234)", data.p_event, right["data"]["p_1234"], 1e-9)
    stage.check("data: p(4 | 1, 2, 3)", data.p_last_given_rest, right["data"]["p4_given_123"], 1e-9)
    for record, (choice, optimizer) in zip(rows, CHOICES, strict=True):
        stage.check(f"{choice}, {optimizer}: optimiser in the table", record.optimizer, optimizer)
        if optimizer == "coursework":
            optimum = right["mle"][choice]["nll"]
            stage.check(f"{choice}: stopping early is worse than the optimum", record.nll > optimum + 1e-4, True)
            continue
        answer = right["mle"][choice]
        stage.check(f"{choice}: NLL", record.nll, answer["nll"], 1e-5)
        stage.check(f"{choice}: p(1234)", record.p_event, answer["p_1234"], 1e-4)
        stage.check(f"{choice}: p(4 | 1, 2, 3)", record.p_last_given_rest, answer["p4_given_123"], 1e-4)
        stage.check(f"{choice}: decoding", record.decoding, (1, 2, 3, 4))
        error = (record.p_event * (1 - record.p_event) / record.n_drawn) ** 0.5
        drawn = record.p_event_drawn
        stage.check(f"{choice}: p(1234) in {record.n_drawn} draws", drawn, record.p_event, 4 * error)


def question(stage: Stage) -> None:
    """Clamp the digits 1, 2, 3 on the fitted complete graph and read the answer."""
    window, hand = stage.window, Hand(stage.window.view)
    shortcut(window, "Ctrl+1")
    for name, digit in (("x1", 1), ("x2", 2), ("x3", 3)):
        hand.click_bar(name, digit)
        stage.settle()
    stage.check("treewidth before and after 1, 2, 3", _widths(stage), ("3", "0"))
    answer = float(window.headline.answer_tile.values.new)
    stage.check("p(x4 = 4 | 1, 2, 3) in the tile", answer, expected()["pins"]["mle"]["complete"]["p4_given_123"], 1e-3)
    stage.picture("one-two-three")


def sampling(stage: Stage) -> None:
    """Release two digits, start the Gibbs sampler, clamp while it runs, and compare with the exact answer."""
    window, hand = stage.window, Hand(stage.window.view)
    for name, digit in (("x2", 2), ("x3", 3)):
        hand.click_bar(name, digit)
    stage.settle()
    shortcut(window, "Ctrl+3")
    sample = window.workspaces.sample
    if sample is None:
        raise OutOfReachError("the Sample workspace is not there")
    stage.settle()
    click(find_button(sample.side, "Start"))
    wait_until(lambda: _draws(stage) >= 200_000, "200,000 draws", 120.0)
    snapshot = _snapshot(stage)
    stage.check("clamped digit in every draw", int(snapshot.counts["x1"][1]), snapshot.n_draws)
    stage.check("total variation distance to the exact marginals", float(snapshot.tv_max), 0.0, 0.02)
    stage.check("p(event), sampled", float(snapshot.p_event), snapshot.p_event_exact, 4 * float(snapshot.p_event_error))
    stage.tables["sample"] = {
        "method": snapshot.method,
        "n_draws": snapshot.n_draws,
        "p_event": float(snapshot.p_event),
        "standard_error": float(snapshot.p_event_error),
        "p_event_exact": snapshot.p_event_exact,
    }
    stage.picture("sampling")
    hand.click_bar("x2", 2)
    rest(0.2)
    wait_until(lambda: _draws(stage) > 1000, "the sampler to go on with 2 clamped")
    stage.check("the sampler goes on with the new clamp", _snapshot(stage).assignment["x2"], 2)
    hand.click_bar("x3", 3)
    rest(0.2)
    wait_until(lambda: _draws(stage) > 100_000, "the sampler to go on with 3 clamped")
    stage.picture("sampling-after-clamping")


def _draws(stage: Stage) -> int:
    sample = stage.window.workspaces.sample
    return 0 if sample is None or sample.snapshot is None else int(sample.snapshot.n_draws)


def _snapshot(stage: Stage) -> SampleSnapshot:
    sample = stage.window.workspaces.sample
    if sample is None or sample.snapshot is None:
        raise OutOfReachError("the sampler shows nothing")
    return sample.snapshot


def seeing_treewidth(stage: Stage) -> None:
    """Stop the sampler, open the stacked RBM again, and look at its treewidth."""
    click(find_button(stage.window.side, "Reset"))
    stage.window.document.stack.setClean()
    treewidth_pages(stage, expected()["stacked_rbm"]["smallest_cutset"])


SCENES = (drawing, stacked_rbm, pin_fits, question, sampling, seeing_treewidth)


def _widths(stage: Stage) -> tuple[str, str]:
    values = stage.window.headline.width_tile.values
    return values.old, values.new


def _only(widgets: list[Any], name: str) -> Any:
    found = [widget for widget in widgets if widget.accessibleName() == name and widget.isVisible()]
    if len(found) != 1:
        raise OutOfReachError(f'{len(found)} things called "{name}" are in sight')
    return found[0]


def _scrolled_to(panel: Any, button: QAbstractButton) -> QAbstractButton:
    """Scroll a panel, as a person would with the wheel, until a button is in sight."""
    from PySide6.QtWidgets import QScrollArea

    for area in panel.findChildren(QScrollArea):
        if area.isAncestorOf(button):
            area.ensureWidgetVisible(button)
    return button


def _row(record: FitRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in _COLUMNS}


def _table(rows: list[dict[str, Any]]) -> list[str]:
    def number(value: Any, digits: int) -> str:
        return "" if value is None else f"{value:.{digits}f}"

    head = f"  {'model':<12} {'optimiser':<11} {'edges':>5} {'weights':>7} {'NLL':>8} {'mode':>5} {'p(x1=1)':>8}"
    lines = [f"{head} {'p(1234)':>8} {'in draws':>8} {'p(4|123)':>8} {'time':>8}"]
    for row in rows:
        mode = "".join(str(digit) for digit in row["decoding"])
        edges, weights = ("" if row[key] is None else str(row[key]) for key in ("n_edges", "n_parameters"))
        line = f"  {row['label']:<12} {row['optimizer']:<11} {edges:>5} {weights:>7} {row['nll']:8.5f} {mode:>5}"
        line += f" {row['p_first']:8.4f} {row['p_event']:8.4f} {number(row['p_event_drawn'], 3):>8}"
        lines.append(f"{line} {row['p_last_given_rest']:8.4f} {row['seconds']:6.3f} s")
    return lines
