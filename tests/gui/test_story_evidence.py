"""Can a person keep evidence under names, come back to it and compare it, and is every number right?"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from gui.hand import LEFT, NONE
from models import Factor, SoftEvidence, Variable, condition
from models.project import Project
from models.ugm import UGM
from tests.acts import Person, bring_into_sight, type_text
from tests.gui.evidence_kit import check_bars, multiplied, now_words, weather
from tests.oracles import enumerate_ugm

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def person(window, settled):
    window.document.load(weather())
    settled()
    return Person(window)


def box(person):
    return person.window.inspector.evidence


def type_name(person, name):
    person.type_line(box(person)._name, name)


def cell(person, row, column):
    table = box(person)._table
    bring_into_sight(table)
    return table, table.visualRect(table.model().index(row, column))


def tick(person, row):
    table, rect = cell(person, row, 0)
    QTest.mouseClick(table.viewport(), LEFT, NONE, QPoint(rect.left() + 12, rect.center().y()))


def overlays(person, name):
    return dict(person.window.scene.mirror.variables[name].overlays)


def wait_for_marks(person, qtbot, n):
    qtbot.waitUntil(lambda: len(overlays(person, "sky")) == n and not person.window.dispatcher.busy("compare"))


def test_sets_are_saved_compared_applied_renamed_and_deleted(person, window, qtbot, tmp_path):
    person.hand.click_bar("sky", 0)
    person.keys("Ctrl+E")
    assert box(person)._name.hasFocus()
    type_name(person, "bright")
    person.hand.click_bar("sky", 2)
    person.hand.click(person.hand.bar("a", 1), ALT)
    person.press_button("Save evidence")
    assert [each.name for each in person.project.evidence_sets] == ["bright", "case 1"]
    person.keys("Ctrl+Shift+C")
    tick(person, 0)
    tick(person, 1)
    wait_for_marks(person, qtbot, 2)
    prior = enumerate_ugm(person.project.ugm).log_z
    for row, each in enumerate(person.project.evidence_sets):
        right = enumerate_ugm(multiplied(Project(person.project.ugm, soft=each.soft)), dict(each.evidence))
        for name, marginal in zip(person.project.ugm.names, right.marginals, strict=True):
            np.testing.assert_allclose(overlays(person, name)[row], marginal, atol=1e-10)
        model = box(person)._table.model()
        assert float(model.index(row, 2).data()) == pytest.approx(math.exp(right.log_z - prior), abs=5e-5)
        assert float(model.index(row, 3).data().replace("−", "-")) == pytest.approx(right.log_z, abs=5e-5)
    assert window.marginals._legend.words == "bright, case 1"
    tip = window.marginals._bars._tip(person.project.ugm.variable("pump"), 1)
    assert tip.splitlines()[1] == f"bright: {overlays(person, 'pump')[0][1]:.4f}"
    assert dict(person.project.evidence) == {}
    check_bars(person)  # the evidence in hand stays the solid bars
    # Apply by a double click.
    table, rect = cell(person, 0, 1)
    QTest.mouseClick(table.viewport(), LEFT, NONE, rect.center())
    QTest.mouseDClick(table.viewport(), LEFT, NONE, rect.center())
    QTest.mouseRelease(table.viewport(), LEFT, NONE, rect.center())
    assert dict(person.project.evidence) == {"sky": 0}
    assert window.document.stack.undoText() == "Apply evidence set bright"
    # Rename with F2; it stays compared.
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    type_text(editor, "sunny")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert [each.name for each in person.project.evidence_sets] == ["sunny", "case 1"]
    wait_for_marks(person, qtbot, 2)
    assert window.marginals._legend.words == "sunny, case 1"
    # Saved and read again.
    from models.files import read_project, write_project

    write_project(person.project, tmp_path / "p.clique")
    assert read_project(tmp_path / "p.clique").evidence_sets == person.project.evidence_sets
    # Take one tick away, delete the other set, take the deletion back.
    tick(person, 0)
    wait_for_marks(person, qtbot, 1)
    assert list(overlays(person, "sky")) == [1]
    person.press_button("Delete evidence set")
    assert [each.name for each in person.project.evidence_sets] == ["case 1"]
    person.keys("Ctrl+Z")
    assert [each.name for each in person.project.evidence_sets] == ["sunny", "case 1"]
    person.keys("Ctrl+Alt+C")
    wait_for_marks(person, qtbot, 0)
    person.keys("Ctrl+Alt+C")
    wait_for_marks(person, qtbot, 2)


def test_sets_by_the_keyboard_alone(person, window, qtbot):
    def press(key, modifiers=NONE):
        QTest.keyClick(QApplication.focusWidget(), key, modifiers)
        QApplication.processEvents()

    person.hand.press(Qt.Key.Key_Tab)
    person.hand.press("2")
    person.keys("Ctrl+E")
    type_text(QApplication.focusWidget(), "wet")
    press(Qt.Key.Key_Return)
    person.keys("Ctrl+Shift+C", "Ctrl+E")
    press(Qt.Key.Key_Return)  # the name that is offered
    assert [each.name for each in person.project.evidence_sets] == ["wet", "case 1"]
    for _ in range(4):
        press(Qt.Key.Key_Tab)
        if QApplication.focusWidget() is box(person)._table:
            break
    table = QApplication.focusWidget()
    assert table is box(person)._table
    press(Qt.Key.Key_Up)
    press(Qt.Key.Key_Space)
    wait_for_marks(person, qtbot, 1)
    press(Qt.Key.Key_Space)
    wait_for_marks(person, qtbot, 0)
    press(Qt.Key.Key_Return)
    assert dict(person.project.evidence) == {"sky": 2}
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Delete)
    assert [each.name for each in person.project.evidence_sets] == ["wet"]
    press(Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    type_text(editor, "rain")
    press(Qt.Key.Key_Return)
    assert [each.name for each in person.project.evidence_sets] == ["rain"]
    assert len(person.project.ugm.variables) == 3  # Delete was for the table


def test_five_sets_at_once_and_no_more(person, window, qtbot):
    for state in range(4):
        window.document.edit("s", person.project.with_evidence({"a": state}).with_evidence_set(f"a{state}"))
    for state in range(2):
        window.document.edit("s", person.project.with_evidence({"pump": state}).with_evidence_set(f"pump{state}"))
    person.keys("Ctrl+Alt+C")
    wait_for_marks(person, qtbot, 5)
    assert sorted(overlays(person, "sky")) == [0, 1, 2, 3, 4]
    tick(person, 5)
    assert "compared already" in person.notice
    tick(person, 2)
    wait_for_marks(person, qtbot, 4)
    tick(person, 5)
    wait_for_marks(person, qtbot, 5)
    right = enumerate_ugm(person.project.ugm, {"pump": 1})
    np.testing.assert_allclose(overlays(person, "sky")[2], right.marginals[0], atol=1e-10)  # the mark that was free
    window.grab()


def test_an_impossible_set_says_so(window, settled, qtbot):
    equal = Factor(("a", "b"), [[0.0, -np.inf], [-np.inf, 0.0]])
    project = Project(
        ugm=UGM([Variable.of_size("a", 2), Variable.of_size("b", 2)], [equal]),
        positions={"a": (0, 0), "b": (200, 0)},
    )
    window.document.load(project)
    settled()
    person = Person(window)
    person.hand.click_bar("a", 0)
    person.hand.click(person.hand.bar("b", 0), ALT)
    person.settle()
    assert "a = 0 and b not 0 cannot happen together" in person.notice
    assert "impossible" in now_words(person)
    type_name(person, "no")
    tick(person, 0)
    model = box(person)._table.model()
    qtbot.waitUntil(lambda: model.index(0, 2).data() == "impossible")
    tip = Qt.ItemDataRole.ToolTipRole
    qtbot.waitUntil(lambda: "cannot happen together" in model.index(0, 2).data(tip))
    assert overlays(person, "a") == {}


def test_numbers_that_are_refused_are_called_unknown(window, settled):
    names = [f"x{k}" for k in range(1, 46)]
    pairs = [Factor(pair, np.eye(2)) for pair in itertools.combinations(names, 2)]
    dense = UGM([Variable.of_size(name, 2) for name in names], pairs)
    window.document.load(
        Project(ugm=dense, positions={n: (90.0 * (k % 9), 90.0 * (k // 9)) for k, n in enumerate(names)})
    )
    settled()
    assert now_words(Person(window)) == "log Z unknown: exact inference refused"
    window.document.edit("clamp", window.document.project.with_clamps(dict.fromkeys(names[:40], 0)))
    settled()
    log_z = enumerate_ugm(condition(dense, dict.fromkeys(names[:40], 0)).ugm).log_z
    words = now_words(Person(window)).splitlines()
    assert words[0] == "p(evidence) unknown: exact inference refused without it"
    constant = condition(dense, dict.fromkeys(names[:40], 0)).log_constant
    assert float(words[1].split()[-1].replace(",", "")) == pytest.approx(log_z + constant, abs=0.06)


def test_files_of_evidence_come_and_go(person, window, tmp_path):
    feature = window.features["Evidence"]
    person.hand.click_bar("sky", 2)
    person.hand.click_bar("a", 3)
    feature.write_set("", tmp_path / "seen.evid")
    assert (tmp_path / "seen.evid").read_text().split() == ["2", "0", "2", "2", "3"]
    person.keys("Ctrl+Shift+C")
    feature.read_set(tmp_path / "seen.evid")
    assert dict(person.project.evidence_sets[0].evidence) == {"sky": 2, "a": 3}
    assert person.project.evidence_sets[0].name == "seen"
    assert window.document.stack.undoText() == "Import evidence set seen"
    window.document.edit(
        "soft", person.project.with_soft(SoftEvidence({"a": [1, 1, 0.5, 0]})).with_evidence_set("soft")
    )
    feature.write_set("soft", tmp_path / "soft.evid")
    assert "clamps only" in person.notice
    (tmp_path / "bad.evid").write_text("1 99 0")
    feature.read_set(tmp_path / "bad.evid")
    assert "bad.evid" in person.notice
    feature.read_set(tmp_path / "missing.evid")
    assert "missing.evid" in person.notice
    (tmp_path / "huge.evid").write_bytes(b"0" * (1 << 20) + b"0")
    feature.read_set(tmp_path / "huge.evid")
    assert "huge.evid" in person.notice
    assert len(person.project.evidence_sets) == 2


def test_answers_about_another_model_are_never_drawn(person, window, qtbot, monkeypatch):
    """Change the model again and again while sets are compared; whatever is drawn is about the model of that moment."""
    for state in range(3):
        window.document.edit("s", person.project.with_evidence({"sky": state}).with_evidence_set(f"case {state}"))
    window.document.edit("none", person.project.with_evidence({}))
    person.keys("Ctrl+Alt+C")
    wait_for_marks(person, qtbot, 3)
    drawn, original = [], window.scene.show_overlays

    def spy(shown):
        project = window.document.project
        drawn.append(len(shown))
        names = {mark: name for name, mark in box(person).marks.items()}
        for mark, marginals in shown.items():
            each = next(one for one in project.evidence_sets if one.name == names[mark])
            right = enumerate_ugm(project.ugm, dict(each.evidence))
            for name, marginal in zip(project.ugm.names, right.marginals, strict=True):
                np.testing.assert_allclose(marginals[name], marginal, atol=1e-10)
        original(shown)

    monkeypatch.setattr(window.scene, "show_overlays", spy)
    for k in range(12):
        window.document.edit("p", person.project.with_potential("pump", 0, 0.3 + 0.2 * k))
        if k % 3 == 0:
            QApplication.processEvents()
        if k % 4 == 1:
            qtbot.wait(3 * k)
        if k == 7:
            window.document.stack.undo()
        if k == 8:
            window.document.edit("s", person.project.with_evidence({"a": 1}).with_evidence_set("case 1"))
    wait_for_marks(person, qtbot, 3)
    assert 0 in drawn  # the light goes out when the model changes
    assert drawn[-1] == 3
    window.document.load(weather())
    assert overlays(person, "sky") == {}
    assert box(person).marks == {}
