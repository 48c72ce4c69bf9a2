"""How does a test sit down at the whole window?

A `Person` sends real mouse and key events (by `gui.hand`) and reads what is in sight; what must be true of the answers
shown comes from brute force (`tests.oracles`), never from `models`.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractAnimation, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QScrollArea, QTableView, QWidget

from gui.hand import LEFT, NONE, Hand, bring_to_front, choose_from_bar, find_button, rest, shortcut, wait_until
from gui.main_window import MainWindow
from models.project import Project
from tests.oracles import enumerate_ugm

__all__ = ["Person", "bring_into_sight", "brute_treewidth", "type_text"]


class Person:
    """Someone at one window."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.hand = Hand(window.view)

    # --- what is there -------------------------------------------------------------------------------------------

    @property
    def project(self) -> Project:
        return self.window.document.project

    @property
    def notice(self) -> str:
        """What the yellow strip says; "" when it is not in sight."""
        strip = self.window.notices
        return strip._text.text() if strip.notice is not None and strip.isVisible() else ""

    @property
    def widths(self) -> tuple[str, str]:
        """Treewidth before clamping ("" without clamps) and now, as the tile writes them."""
        values = self.window.headline.width_tile.values
        return values.old, values.new

    def bars(self, name: str) -> list[float] | None:
        """Return the heights of a variable's bars on the canvas."""
        return self.window.scene.mirror.variables[name].marginal

    def picture(self) -> QImage:
        """Return what the canvas looks like, all of the graph in sight, nothing selected, no mouse on it."""
        bring_to_front(self.window)  # keys go to the window in front
        self.hand.press(Qt.Key.Key_Escape)
        self.hand.press(Qt.Key.Key_F)
        QTest.mouseMove(self.hand.viewport, QPoint(1, 1))
        rest(0.05)
        glide = self.window.view._camera._animation
        wait_until(lambda: glide.state() is QAbstractAnimation.State.Stopped, "the view to be in its place")
        rest(0.05)
        return self.hand.viewport.grab().toImage()

    # --- doing ---------------------------------------------------------------------------------------------------

    def settle(self, seconds: float = 120.0) -> None:
        """Wait until every question about the document is answered, and the answers are drawn."""
        wait_until(lambda: not self.window.controller.waiting, "the answers about this model", seconds)
        QApplication.processEvents()

    def load(self, project: Project) -> None:
        """Take another document in hand, and wait until its questions are answered."""
        self.window.document.load(project)
        self.settle()

    def menu(self, *path: str) -> None:
        choose_from_bar(self.window.menuBar(), *path)

    def keys(self, *texts: str) -> None:
        for text in texts:
            shortcut(self.window, text)

    def press_button(self, name: str, within: QWidget | None = None) -> None:
        """Scroll a button into sight, as one does with the wheel, and click it."""
        QApplication.processEvents()  # buttons made just now are laid out first
        button = find_button(within or self.window, name)
        at = bring_into_sight(button)
        QTest.mouseMove(button, at)
        QTest.mouseClick(button, LEFT, NONE, at)

    def type_cell(self, table: QTableView, row: int, column: int, text: str) -> None:
        """Click a cell and type over what it holds."""
        index = table.model().index(row, column)
        bring_into_sight(table)
        table.scrollTo(index)
        QTest.mouseClick(table.viewport(), LEFT, NONE, table.visualRect(index).center())
        QTest.keyClick(table, Qt.Key.Key_F2)
        editor = QApplication.focusWidget()
        assert isinstance(editor, QLineEdit), f"no editor opened, the focus is on {editor}"
        QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(editor, Qt.Key.Key_Delete)
        type_text(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)
        QApplication.processEvents()  # a table takes what was typed after the key has done its work

    def type_line(self, line: QLineEdit, text: str) -> None:
        """Click a field, type over what it holds, and press Enter."""
        bring_into_sight(line)
        QTest.mouseClick(line, LEFT)
        QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        type_text(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)

    def pick(self, combo: QComboBox, text: str) -> None:
        """Choose from a list by the keyboard."""
        bring_into_sight(combo)
        combo.setFocus()
        target = combo.findText(text)
        assert target >= 0, f'"{text}" is not offered'
        while combo.currentIndex() != target:
            QTest.keyClick(combo, Qt.Key.Key_Down if combo.currentIndex() < target else Qt.Key.Key_Up)

    def drop(self, path: Path) -> None:
        """Drag a file onto the window, let go, and wait until it is read."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        action, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(self.window, QDragEnterEvent(QPoint(600, 300), action, data, LEFT, none))
        QApplication.sendEvent(self.window, QDropEvent(QPointF(600, 300), action, data, LEFT, none))
        self.settle()

    def named(self, kind: type[QWidget], name: str) -> Any:
        """Return the one widget in sight of a kind with this accessible name."""
        found = [w for w in self.window.findChildren(kind) if w.accessibleName() == name and w.isVisible()]
        assert len(found) == 1, f'{len(found)} things called "{name}" are in sight'
        return found[0]

    # --- is it right? --------------------------------------------------------------------------------------------

    def check_answers(self) -> None:
        """Assert that bars, log Z and treewidths in sight are those of the document, by brute force."""
        self.settle()
        project, ugm = self.project, self.project.ugm
        right = enumerate_ugm(ugm, dict(project.evidence))
        assert right.marginals is not None
        for name, marginal in zip(ugm.names, right.marginals, strict=True):
            bars = self.bars(name)
            assert bars is not None, f"{name} has no bars"
            np.testing.assert_allclose(bars, marginal, atol=1e-10, err_msg=name)
            assert not self.window.scene.mirror.variables[name].stale
        said = self.window.status._log_z.text()
        assert said.startswith("log Z = ")
        assert abs(float(said.split()[3].replace(",", "")) - right.log_z) <= 5e-4 * max(1.0, abs(right.log_z))
        edges = [(ugm.index(a), ugm.index(b)) for a, b in ugm.edges]
        clamped = {ugm.index(name) for name in project.evidence}
        before = brute_treewidth(set(range(len(ugm.names))), edges)
        after = brute_treewidth(set(range(len(ugm.names))) - clamped, edges)
        words = ["none" if width < 0 else str(width) for width in (before, after)]
        assert self.widths == ((words[0] if clamped else ""), words[1])


def type_text(widget: QWidget, text: str) -> None:
    """Type a text; QTest knows the keys of Latin letters only."""
    for letter in text:
        if letter.isascii():
            QTest.keyClicks(widget, letter)
        else:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(widget, QKeyEvent(kind, Qt.Key.Key_unknown, NONE, letter))


def brute_treewidth(vertices: set[int], edges: list[tuple[int, int]]) -> int:
    """Return the treewidth of at most seven vertices by trying every elimination order; -1 for none."""
    assert len(vertices) <= 7
    best = len(vertices) - 1
    for order in itertools.permutations(sorted(vertices)):
        near = {v: set() for v in vertices}
        for a, b in edges:
            if a in vertices and b in vertices and a != b:
                near[a].add(b)
                near[b].add(a)
        width = -1
        for v in order:
            width = max(width, len(near[v]))
            if width >= best:
                break
            for a in near[v]:
                near[a] |= near[v] - {a}
                near[a].discard(v)
        else:
            best = width
    return best


def bring_into_sight(widget: QWidget) -> QPoint:
    """Scroll every area around a widget until it can be seen; return where to click it."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea) and above.widget() is not None and above.widget().isAncestorOf(widget):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()
    QApplication.processEvents()
    middle = widget.rect().center()
    # Radio buttons and check boxes answer only where their mark and text are.
    marked = isinstance(widget, QAbstractButton) and widget.isCheckable() and widget.metaObject().className() in (
        "QRadioButton", "QCheckBox",
    )  # fmt: skip
    return QPoint(min(middle.x(), 12), middle.y()) if marked else middle
