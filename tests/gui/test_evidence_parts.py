"""Are the words and marks of evidence right by themselves, and do they hold whatever a set is called?"""

from __future__ import annotations

import itertools
import math
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QLineEdit

from gui import theme
from gui.evidence_words import evidence_lines, log_words, p_words
from gui.marks import N_MARKS, mark_colour, mark_icon, paint_mark
from gui.palettes import PALETTES
from gui.panels.evidence_sets import EvidenceSetsPanel
from gui.panels.legend import MarkLegend, widest
from gui.words import given_words, model_sentences, question_words, soft_words
from models import Evidence, SoftEvidence, Variable, chain
from models.jobs import SetAnswer
from models.project import Project
from models.ugm import UGM

NAMES = ["x" * 200, "💡🌧️", "مجموعة الأدلة", "a\nb", "  spaced  out ", "<b>bold</b>", "&co"]


@pytest.fixture(autouse=True)
def _light():
    yield
    theme.set_current(theme.LIGHT)


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (1.0, "1.0000"),
        (0.25, "0.2500"),
        (0.0005, "0.0005 (log₁₀ −3.30)"),
        (3.1e-7, "3.1e-07 (log₁₀ −6.51)"),
        (2.5, "2.5000"),
    ],
)
def test_probabilities_with_their_power_of_ten_when_tiny(p, words):
    assert p_words(math.log(p)) == words
    assert p_words(math.log(p), short=True) == words.split(" ")[0]


def test_what_a_double_cannot_hold():
    assert p_words(-1000 * math.log(10)) == "10^-1000.0"
    assert p_words(-math.inf) == "0"
    assert p_words(400 * math.log(10)).startswith("1.") or "e+" in p_words(400 * math.log(10))
    assert log_words(-math.inf) == "−∞"
    assert log_words(-3.25) == "−3.2500"


def report(log_z, prior):
    before = None if prior is None else SimpleNamespace(log_z=prior)
    log_p = None if prior is None else log_z - prior
    return SimpleNamespace(inference=SimpleNamespace(log_z=log_z), prior=before, log_p_evidence=log_p)


def test_lines_about_the_evidence_in_hand():
    free = Project(ugm=chain(3))
    assert evidence_lines(Project(), None) == []
    assert evidence_lines(free, None) == ["…"]
    assert evidence_lines(free, report(2.0, 2.0)) == ["log Z = 2.0000", "No evidence: its probability is 1."]
    assert evidence_lines(free, None, "refused") == ["log Z unknown: exact inference refused"]
    assert "forbidden" in evidence_lines(free, None, "impossible")[0]
    clamped = free.with_clamps({"x1": 0})
    assert evidence_lines(clamped, report(1.0, 2.0)) == ["p(evidence) = 0.3679", "log Z = 1.0000, without it 2.0000"]
    assert evidence_lines(clamped, report(1.0, None))[0] == "p(evidence) unknown: exact inference refused without it"
    assert evidence_lines(clamped, None, "impossible") == ["p(evidence) = 0: impossible"]
    soft = free.with_soft(SoftEvidence({"x1": [3.0, 1.0]}))
    lines = evidence_lines(soft, report(2.5, 2.0))
    assert lines[0] == f"E[likelihood] = {math.exp(0.5):.4f}"
    assert lines[-1] == "Likelihoods count as they were given."


def test_soft_evidence_in_sentences_and_questions():
    variables = [Variable("sky", ("clear", "rain")), *(Variable.of_size(f"x{k}", 3) for k in range(1, 6))]
    project = Project(ugm=UGM(variables))
    soft = project.with_soft(SoftEvidence({"sky": [0.0, 1.0], "x1": [0.5, 1.0, 1.0]}))
    assert soft_words(soft) == "sky≠clear, soft x₁"
    assert given_words(soft.with_clamps({"x2": 1})) == "x₂=1, sky≠clear, soft x₁"
    assert model_sentences(soft)[0] == "6 variables given sky≠clear, soft x₁"
    assert question_words(soft.with_query({"x3": 2})) == "p(x₃=2 | sky≠clear, soft x₁)"
    many = project.with_soft(SoftEvidence({f"x{k}": [0.5, 1.0, 1.0] for k in range(1, 6)}))
    assert soft_words(many) == "5 soft"
    assert soft_words(project) == ""
    assert model_sentences(project)[0].startswith("6 variables")
    layered = soft.with_clamps({"x2": 1})
    assert given_words(layered, short=True) == "1 variable, 2 soft"


# --- marks -----------------------------------------------------------------------------------------------------------


def drawn(k):
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_mark(painter, k, 20, 20, 28)
    painter.end()
    return {(x, y) for x in range(40) for y in range(40) if image.pixelColor(x, y).alpha() > 128}


def test_marks_differ_in_shape_alone(qapp):
    shapes = [drawn(k) for k in range(N_MARKS)]
    for a, b in itertools.combinations(shapes, 2):
        assert len(a ^ b) > 0.15 * max(len(a), len(b))
    areas = [len(shape) for shape in shapes]
    assert max(areas) < 2.2 * min(areas)  # none shouts the others down


@pytest.mark.parametrize("palette", PALETTES)
def test_marks_can_be_told_by_colour_and_seen_on_the_canvas(qapp, palette):
    theme.set_current(PALETTES[palette])
    colours = [mark_colour(k) for k in range(N_MARKS)]
    for a, b in itertools.combinations(colours, 2):
        assert abs(a.red() - b.red()) + abs(a.green() - b.green()) + abs(a.blue() - b.blue()) > 60
    for colour in colours:
        assert theme.contrast(colour, theme.current().canvas) > 2.0
    assert not mark_icon(0).isNull()


@pytest.mark.parametrize(
    ("wanted", "spare", "most"), [([10, 10], 100, 10), ([10, 90], 60, 50), ([40, 80, 80], 120, 40), ([], 10, 0)]
)
def test_a_legend_cuts_the_longest_names_only(wanted, spare, most):
    assert widest(wanted, spare) == most


def test_a_legend_of_odd_names(qtbot):
    legend = MarkLegend()
    qtbot.addWidget(legend)
    legend.show_marks({name: k for k, name in enumerate(NAMES[:5])})
    legend.resize(300, 24)
    assert not legend.grab().isNull()
    legend.show_marks({})
    assert legend.isHidden()


# --- the box ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def panel(qtbot):
    made = EvidenceSetsPanel()
    qtbot.addWidget(made)
    made.project = Project(ugm=chain(3), evidence=Evidence({"x1": 1}))
    made.texts = []
    made.wrong = []

    def edit(text, after, _key):
        made.texts.append(text)
        before, made.project = made.project, after
        made.show_project(before, after)

    made.edited.connect(edit)
    made.noticed.connect(lambda thing: made.wrong.append(str(thing)))
    made.show_project(None, made.project)
    made.resize(320, 500)
    made.show()
    return made


@pytest.mark.parametrize("name", NAMES)
def test_a_set_may_be_called_anything(panel, name):
    panel._name.setText(name)
    panel.save()
    saved = panel.project.evidence_sets[0].name
    assert saved.split() == name.split()
    assert len(panel.texts[0]) < 60
    assert "\n" not in panel.texts[0]
    panel.tick(saved, True)
    panel.show_answers({saved: SetAnswer(saved, 1.5, math.log(0.25))})
    model = panel._table.model()
    assert model.index(0, 1).data() == saved
    assert model.index(0, 2).data() == "0.2500"
    assert model.index(0, 0).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    assert not panel.grab().isNull()


def test_names_that_cannot_be(panel):
    panel.save()
    panel.project = panel.project.with_clamps({"x2": 0})
    panel.show_project(None, panel.project)
    panel.save()
    model = panel._table.model()
    assert model.setData(model.index(1, 1), "case 1")
    assert "already an evidence set" in panel.wrong[-1]
    assert model.setData(model.index(1, 1), "   ")
    assert "needs a name" in panel.wrong[-1]
    assert [each.name for each in panel.project.evidence_sets] == ["case 1", "case 2"]
    assert not model.setData(model.index(1, 2), "0.5")


def test_the_set_in_hand_is_bold_and_saving_under_its_name_replaces_it(panel):
    panel._name.setText("one")
    panel.save()
    model = panel._table.model()
    assert model.index(0, 1).data(Qt.ItemDataRole.FontRole).bold()
    before, panel.project = panel.project, panel.project.with_clamps({"x2": 0})
    panel.show_project(before, panel.project)
    assert model.index(0, 1).data(Qt.ItemDataRole.FontRole) is None
    panel._name.setText("one")
    panel.save()
    assert panel.texts[-1] == "Replace evidence set one"
    assert dict(panel.project.evidence_sets[0].evidence) == {"x1": 1, "x2": 0}


def test_answers_that_come_while_a_name_is_typed_leave_it_alone(panel):
    panel.save()
    table = panel._table
    table.setFocus()
    table.edit(table.model().index(0, 1))
    editor = table.findChild(QLineEdit)
    editor.setText("half a na")
    panel.show_answers({"case 1": SetAnswer("case 1", 2.0, -1.0)})
    panel.tick("case 1", True)
    assert editor.text() == "half a na"


def test_answers_in_words(panel):
    for _ in range(4):
        panel.save()
    panel.show_answers(
        {
            "case 1": SetAnswer("case 1", None, None, problem="too large"),
            "case 2": SetAnswer("case 2", -math.inf, -math.inf),
            "case 3": SetAnswer("case 3", 2.0, None),
        }
    )
    model = panel._table.model()
    shown = [[model.index(row, column).data() for column in (2, 3)] for row in range(4)]
    assert shown == [["unknown", "unknown"], ["impossible", "−∞"], ["unknown", "2.0000"], ["…", "…"]]
    assert "too large" in model.index(0, 2).data(Qt.ItemDataRole.ToolTipRole)
