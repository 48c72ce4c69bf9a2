"""Can a person ask whether variables are independent, see the open path, close it, and end the question?"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gui.separation_words import answer_words, detail_words, offer_words, path_words, set_words, side_words
from models import Factor, SoftEvidence, Variable
from models.jobs import IndependenceReport
from models.project import Project
from models.separation import Separation, separation
from models.ugm import UGM
from tests.acts import Person
from tests.drive import ALT, SHIFT
from tests.oracles import enumerate_ugm


def ring(n=6) -> Project:
    """Return a ring of n variables with one chord less than would join opposite ones."""
    rng = np.random.default_rng(5)
    names = [f"x{k}" for k in range(1, n + 1)]
    edges = [*itertools.pairwise(names), (names[-1], names[0])]
    ugm = UGM([Variable.of_size(name, 2) for name in names], [Factor(edge, rng.normal(size=(2, 2))) for edge in edges])
    turn = 2 * math.pi / n
    return Project(
        ugm=ugm, positions={v: (200 * math.cos(k * turn), 160 * math.sin(k * turn)) for k, v in enumerate(names)}
    )


def information(project, a, b):
    """Write out the joint of two variables given the evidence, and their mutual information."""
    with np.errstate(divide="ignore"):
        seen = [Factor(name, np.log(values)) for name, values in project.soft.items()]
    ugm = UGM(project.ugm.variables, [*project.ugm.factors, *seen])
    pairs = enumerate_ugm(ugm, dict(project.evidence)).pairs
    i, j = sorted((ugm.index(a), ugm.index(b)))
    table = pairs[i, j]
    product = table.sum(1, keepdims=True) * table.sum(0, keepdims=True)
    there = table > 0
    return float((table[there] * np.log(table[there] / product[there])).sum())


@pytest.fixture
def person(window, settled):
    window.document.load(ring())
    settled()
    return Person(window)


class Asked:
    """What is in sight of the question."""

    def __init__(self, person, qtbot):
        self.feature = person.window.features["Independence"]
        self.qtbot = qtbot

    def wait(self):
        self.qtbot.waitUntil(lambda: self.feature.report is not None and self.feature.report.final)
        QApplication.processEvents()

    @property
    def words(self):
        return self.feature.strip.answer.wording

    @property
    def detail(self):
        return self.feature.strip.detail.wording

    @property
    def lit(self):
        return self.feature._lit

    @property
    def visible(self):
        return self.feature.strip.isVisible()


@pytest.fixture
def asked(person, qtbot):
    return Asked(person, qtbot)


def test_two_selected_variables_and_one_key(person, asked, window):
    person.hand.click_variable("x1")
    person.hand.click_variable("x4", SHIFT)
    person.keys("I")
    asked.wait()
    assert asked.visible
    assert asked.words == "x₁ and x₄ are not separated: the path x₁ – x₂ – x₃ – x₄ is open."
    nats = information(person.project, "x1", "x4")
    assert f"the mutual information is {nats:.4f} nats" in asked.detail or f"{nats:.1e}" in asked.detail
    assert asked.lit.path == ("x1", "x2", "x3", "x4")
    window.grab()
    # A click on a bar closes this path; the other one is lit at once.
    person.hand.click_bar("x2", 1)
    asked.wait()
    assert asked.lit.path == ("x1", "x6", "x5", "x4")
    person.hand.click_bar("x6", 0)
    asked.wait()
    assert asked.words == "x₁ and x₄ are independent given x₂ and x₆: every path passes one of these clamped variables."
    assert asked.lit.path == ()
    assert set(asked.lit.blockers) == {"x2", "x6"}
    assert "mutual information is 0 nats" in asked.detail
    assert information(person.project, "x1", "x4") == pytest.approx(0.0, abs=1e-12)
    person.hand.press(Qt.Key.Key_Escape)
    assert not asked.visible
    assert asked.lit.blockers == ()
    assert not asked.feature.asking


def test_the_offer_clamps_what_separates(person, asked, window):
    person.hand.click_variable("x1")
    person.hand.click_variable("x3", SHIFT)
    person.keys("I")
    asked.wait()
    found = asked.feature.report.separation
    assert len(found.separator) == 2
    assert asked.feature.strip.offer.text() == f"Clamp {set_words(found.separator)}"
    best = enumerate_ugm(person.project.ugm).maximisers[0]
    person.press_button("Separate them")
    assert dict(person.project.evidence) == {n: best[person.project.ugm.index(n)] for n in found.separator}
    asked.wait()
    assert "are independent given" in asked.words
    assert not asked.feature.strip.offer.isVisible()
    person.keys("Ctrl+Z")
    asked.wait()
    assert "not separated" in asked.words
    assert separation(person.project.ugm, "x1", "x3").path == asked.lit.path


def test_neighbours_have_no_offer(person, asked):
    person.hand.click_variable("x1")
    person.hand.click_variable("x2", SHIFT)
    person.keys("I")
    asked.wait()
    assert "no clamp can separate them" in asked.detail
    assert not asked.feature.strip.offer.isVisible()


def test_one_after_the_other_and_then_more(person, asked):
    person.hand.press(Qt.Key.Key_Escape)
    person.keys("I")
    assert asked.words == "Which variable? Click it."
    person.hand.click_variable("x1")
    assert "x₁ independent of …" in asked.words
    person.hand.click_variable("x3")
    asked.wait()
    assert asked.feature.a == ("x1",)
    assert asked.feature.b == ("x3",)
    person.hand.click_variable("x5")  # looking at another variable asks nothing new
    assert asked.feature.b == ("x3",)
    person.keys("I")  # but the key does
    assert asked.feature.a == ("x5",)
    person.hand.click_variable("x3", SHIFT)
    person.hand.click_variable("x2", SHIFT)
    asked.wait()
    assert asked.feature.b == ("x3", "x2")
    assert asked.words.startswith("x₅ and {x₂, x₃} are not separated")
    assert asked.feature.report.separation.b == ("x2", "x3")
    person.keys("I")
    assert not asked.visible


def test_the_menu_asks_too_and_soft_evidence_changes_only_numbers(person, asked, window):
    person.hand.click_variable("x1")
    person.hand.click_variable("x3", SHIFT)
    window.scene.independence_asked.emit(("x1", "x3"))
    asked.wait()
    before = asked.feature.report.mutual_information
    window.document.edit("soft", person.project.with_soft(SoftEvidence({"x2": [0.9, 0.1]})))
    asked.wait()
    assert asked.lit.path == ("x1", "x2", "x3")
    after = asked.feature.report.mutual_information
    assert after == pytest.approx(information(person.project, "x1", "x3"), abs=1e-12)
    assert before != pytest.approx(after, abs=1e-6)
    # A state less leaves one: as good as a clamp.
    person.hand.click(person.hand.bar("x2", 1), ALT)
    person.hand.click(person.hand.bar("x5", 1), ALT)
    asked.wait()
    assert "are independent given x₂ and x₅" in asked.words


def test_the_question_follows_names_and_ends_with_its_variables(person, asked, window):
    window.scene.independence_asked.emit(("x1", "x4"))
    asked.wait()
    window.document.edit("rename", person.project.with_renamed("x4", "end"))
    asked.wait()
    assert asked.feature.b == ("end",)
    assert asked.lit.path[-1] == "end"
    window.document.edit("delete", person.project.without(["x2"]))
    asked.wait()
    assert asked.lit.path == ("x1", "x6", "x5", "end")
    window.document.edit("delete", person.project.without(["end"]))
    assert not asked.feature.asking
    window.document.stack.undo()
    window.scene.independence_asked.emit(("x1", "x3"))
    asked.wait()
    window.document.load(ring(4))
    assert not asked.feature.asking
    assert asked.lit.path == ()


def test_nothing_out_of_date_is_lit(person, asked, window, qtbot):
    """Clamp again and again; whatever is lit is open in the model of that moment."""
    window.scene.independence_asked.emit(("x1", "x4"))
    asked.wait()
    lit, original = [], asked.lit.show

    def spy(a=(), b=(), path=(), blockers=()):
        lit.append(tuple(path))
        if path or blockers:
            right = separation(window.document.project.ugm, a, b, window.document.project.evidence)
            assert (tuple(path), tuple(blockers)) == (right.path, right.blockers)
        original(a, b, path, blockers)

    asked.feature._lit.show = spy
    for k in range(10):
        name = f"x{(2, 3, 5, 6)[k % 4]}"
        held = name in person.project.evidence
        after = person.project.released([name]) if held else person.project.with_clamps({name: 0})
        window.document.edit("c", after)
        if k % 3 == 2:
            qtbot.wait(2 * k)
    asked.wait()
    assert () in lit


def test_the_line_follows_a_drag_and_every_view(person, asked, window):
    window.scene.independence_asked.emit(("x1", "x3"))
    asked.wait()
    before = asked.lit.bounds
    person.hand.press(Qt.Key.Key_F)
    person.hand.drag_variable("x2", 60, 40, release=False)
    during = asked.lit._line.at(1)
    assert during == window.scene.mirror.variables["x2"].pos()
    assert asked.lit.bounds != before
    person.hand.release_at(person.hand.pixel(window.scene.point_of("x2")))
    for key in ("view.factors", "view.conditional", "view.full"):
        window.actions_by_key[key].trigger()
        window.grab()
    assert asked.lit._line.size() >= 3


# --- words -----------------------------------------------------------------------------------------------------------


def test_words_of_answers():
    apart = Separation(("a",), ("b",), (), True)
    assert answer_words(apart)[0] == "a and b are independent: no path joins them."
    one = Separation(("a",), ("b",), ("c",), True, blockers=("c",))
    assert answer_words(one)[0] == "a and b are independent given c: every path passes a clamped variable."
    fixed = Separation(("a",), ("b",), ("a",), True)
    assert answer_words(fixed)[0].startswith("a is fixed: a constant")
    path = tuple(f"x{k}" for k in range(1, 12))
    assert path_words(path) == "x₁ – x₂ – … – x₁₀ – x₁₁ (10 edges)"
    assert set_words(path) == "x₁, x₂ and 9 more"
    assert side_words(path) == "{x₁, x₂, x₃, …}"
    open_ = Separation(("x1",), ("x11",), (), False, path=path, separator=("x2",))
    assert "the path x₁ – x₂ – … – x₁₀ – x₁₁ (10 edges) is open" in answer_words(open_)[0]


def test_words_of_numbers_and_offers():
    open_ = Separation(("a",), ("b",), (), False, path=("a", "c", "b"), separator=("c",))
    assert "Clamping c would separate them." in detail_words(IndependenceReport(open_))[0]
    zero = detail_words(IndependenceReport(open_, {"c": 0}, 1e-16, final=True))[0]
    assert "independent all the same" in zero
    some = detail_words(IndependenceReport(open_, {"c": 0}, 0.03, final=True))[0]
    assert "in these numbers the mutual information is 0.0300 nats" in some
    refused = detail_words(IndependenceReport(open_, {}, None, "too large", final=True))[0]
    assert "unknown: exact inference refused" in refused
    assert offer_words(IndependenceReport(open_, {"c": 0})) == "Clamp c"
    assert offer_words(IndependenceReport(open_)) == "Select c"
    four = Separation(("a",), ("b",), (), False, path=("a", "c", "b"), separator=("c", "d", "e", "f"))
    assert offer_words(IndependenceReport(four, {"c": 0})) == "Clamp 4 variables"
    assert offer_words(IndependenceReport(Separation(("a",), ("b",), (), True))) == ""


def test_a_question_open_at_closing_is_not_there_at_the_next_start(qapp, qtbot):
    from gui.main_window import MainWindow

    for asks in (True, False):
        window = MainWindow()
        window.show()
        qtbot.waitExposed(window)
        assert not window.features["Independence"].strip.isVisible()
        window.document.load(ring())
        if asks:
            window.scene.independence_asked.emit(("x1", "x2"))
            assert window.features["Independence"].strip.isVisible()
        window.filing.ask = lambda: "discard"
        assert window.close()
        assert window.ended_in_time
        window.deleteLater()
