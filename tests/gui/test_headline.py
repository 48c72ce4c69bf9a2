"""Do the three tiles and the sentence say what is true, and only that?"""

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtGui import QFontMetrics

from gui import theme
from gui.headline import HeadlineStrip, data_value, fit_of, width_text
from gui.tiles import FittingLabel
from gui.words import count, given_words, listed, model_sentences, number, powers, question_words, short_question
from models.examples import pin_project, stacked_rbm_project
from models.project import FitRecord, Project
from models.ugm import UGM, Variable
from models.verdict import Verdict


def width(lower, upper):
    return SimpleNamespace(lower=lower, upper=upper, exact=lower == upper)


def structure(before, after, level="easy", short="exact inference: easy, largest table 16 entries"):
    verdict = Verdict(level, "", short, "A sentence about it.")
    return SimpleNamespace(before=before, after=after, after_verdict=verdict, components=(), final=True)


def answer(p_query=None, log_z=-1.5, log_p=None):
    return SimpleNamespace(
        inference=SimpleNamespace(log_z=log_z, marginals={}, method="exact"),
        prior=None,
        p_query=p_query,
        log_p_evidence=log_p,
    )


def record(label, ugm, nll, **more):
    values = {
        "names": ("x1", "x2", "x3", "x4"), "decoding": (1, 2, 3, 4), "event": (1, 2, 3, 4), "p_first": 0.25,
        "p_event": 0.0625, "p_last_given_rest": 0.9,
    }  # fmt: skip
    return FitRecord(label=label, nll=nll, ugm=ugm, **{**values, **more})


@pytest.fixture
def strip(qtbot):
    made = HeadlineStrip()
    qtbot.addWidget(made)
    made.resize(1280, 80)
    made.show()
    return made


# --- words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bounds", "text"), [((3, 3), "3"), ((5, 7), "5 to 7"), ((0, 0), "0"), ((-1, -1), "none"), ((-1, 4), "-1 to 4")]
)
def test_a_bound_is_never_shown_as_the_treewidth(bounds, text):
    assert width_text(width(*bounds)) == text


def test_words_for_counts_and_lists():
    assert [count(1, "edge"), count(2, "edge"), count(1200, "table entry", "table entries")] == [
        "1 edge", "2 edges", "1,200 table entries",
    ]  # fmt: skip
    assert [listed([]), listed("a"), listed("ab"), listed("abc")] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.78431, "0.7843"), (0.0, "0.0000"), (3.1e-7, "3.1e-07"), (-12.3456, "-12.346"), (12345.6, "12,345.6"),
     (math.nan, "undefined"), (-math.inf, "-inf"), (1.0, "1.0000")],
)  # fmt: skip
def test_numbers_have_enough_digits_to_compare(value, text):
    assert number(value) == text


def test_powers_are_raised():
    assert powers("about 10^17 entries, 2^41 more") == "about 10¹⁷ entries, 2⁴¹ more"
    assert powers("x^2, 10^x and 3 ^ 4") == "x^2, 10^x and 3 ^ 4"


def test_the_sentence_names_free_variables_and_clamps():
    pins = pin_project()
    assert model_sentences(Project()) == ["No variables yet"]
    assert model_sentences(pins) == ["4 variables, no edges", "4 variables"]
    clamped = pins.with_clamps({"x1": 1, "x2": 2, "x3": 3})
    assert model_sentences(clamped)[0] == "x₄ given x₁=1, x₂=2, x₃=3"
    assert model_sentences(clamped.with_clamps({"x4": 4})) == ["All 4 variables clamped"]


def test_the_sentence_names_whole_layers():
    rbm = stacked_rbm_project()
    members = {group.name: group.members for group in rbm.groups}
    clamped = rbm.with_clamps(dict.fromkeys(members["x"] + members["h"], 0))
    assert model_sentences(clamped)[0] == "6 variables given layers x and h"
    more = clamped.with_clamps({"z1": 1})
    assert given_words(more) == "layers x and h and z₁=1"
    assert model_sentences(more)[-2:] == ["5 of 12 variables free", "5 of 12 free"]


def test_the_question_is_written_out_and_in_short():
    pins = pin_project().with_clamps({"x1": 1, "x2": 2})
    assert question_words(pins) == "p(x₄=4 | x₁=1, x₂=2)"
    assert short_question(pins) == "p(x₄=4 | ·)"
    assert question_words(pins.with_query({})) == ""


# --- which fit, which data value ---------------------------------------------------------------------------------


def test_the_fit_shown_is_the_model_in_hand_and_the_one_before_it():
    pins = pin_project()
    other = pins.ugm.with_edge("x1", "x2")
    first, second = record("independent", pins.ugm, 8.5), record("one edge", other, 8.1)
    project = replace(pins, fits=(record("data", None, 7.0), first, second))
    assert fit_of(project) == (first, None)
    assert fit_of(project.with_model(other)) == (second, first)
    again = UGM(other.variables, other.factors)  # as it comes back from a file
    assert fit_of(project.with_model(again)) == (second, first)
    assert fit_of(project.with_model(other.with_edge("x2", "x3"))) == (None, None)


def test_the_data_answer_only_the_questions_that_their_row_answers():
    pins = replace(pin_project(), fits=(record("data", None, 7.0),))
    given = pins.with_clamps({"x1": 1, "x2": 2, "x3": 3})
    assert data_value(given) == 0.9
    assert data_value(given.with_clamps({"x3": 5})) is None
    assert data_value(pins) is None
    assert data_value(pins.with_query({"x1": 1})) == 0.25
    assert data_value(pins.with_query({"x1": 1, "x2": 2, "x3": 3, "x4": 4})) == 0.0625
    assert data_value(replace(given, fits=())) is None


# --- tiles -------------------------------------------------------------------------------------------------------


def test_treewidth_is_shown_before_and_after_clamping(strip):
    rbm = stacked_rbm_project()
    strip.show_project(None, rbm)
    strip.show_structure(structure(width(5, 5), width(5, 5)))
    assert (strip.width_tile.values.old, strip.width_tile.values.new) == ("", "5")
    strip.show_project(rbm, rbm.with_clamps({"x1": 0}))
    strip.show_structure(structure(width(5, 5), width(4, 4)))
    assert (strip.width_tile.values.old, strip.width_tile.values.new) == ("5", "4")
    assert strip.width_tile.note.wording == "exact inference: easy, largest table 16 entries"
    assert strip.width_tile.values.toolTip() == "A sentence about it."


def test_bounds_that_close_are_shown_as_they_are(strip):
    strip.show_project(None, stacked_rbm_project())
    strip.show_structure(structure(width(3, 6), width(3, 6)))
    assert strip.width_tile.values.new == "3 to 6"
    strip.show_structure(structure(width(5, 5), width(5, 5)))
    assert strip.width_tile.values.new == "5"


def test_the_answer_keeps_the_old_number_beside_it(strip):
    pins = pin_project()
    strip.show_project(None, pins)
    strip.show_inference(answer(0.1894))
    strip.show_inference(answer(0.582))
    assert (strip.answer_tile.values.old, strip.answer_tile.values.new) == ("0.1894", "0.5820")
    strip.show_inference(answer(0.582))
    assert strip.answer_tile.values.old == "0.1894"


def test_another_question_forgets_the_old_answer(strip):
    pins = pin_project()
    strip.show_project(None, pins)
    strip.show_inference(answer(0.1894))
    strip.show_project(pins, pins.with_query({"x1": 1}))
    strip.show_inference(answer(0.25))
    assert (strip.answer_tile.values.old, strip.answer_tile.values.new) == ("", "0.2500")


def test_impossible_evidence_shows_no_number(strip):
    pins = pin_project()
    strip.show_project(None, pins)
    strip.show_inference(answer(0.5))
    strip.show_inference(None)
    assert strip.answer_tile.values.new == "no answer"
    assert strip.answer_tile.values.old == ""
    assert strip.fit_tile.values.new == "unknown"


def test_log_z_gives_way_to_the_likelihood_of_a_fit(strip):
    pins = pin_project()
    strip.show_project(None, pins)
    strip.show_inference(answer(0.5, log_z=9.2103))
    assert (strip.fit_tile.caption.wording, strip.fit_tile.values.new) == ("log Z", "9.2103")
    better = pins.ugm.with_edge("x1", "x2")
    fits = (record("independent", pins.ugm, 8.4876), record("chain", better, 7.838))
    strip.show_project(pins, replace(pins, ugm=better, fits=fits))
    assert strip.fit_tile.caption.wording.startswith("NLL per sample")
    assert (strip.fit_tile.values.old, strip.fit_tile.values.new) == ("8.488", "7.838")
    assert strip.fit_tile.note.wording == "better than independent"
    worse = (fits[1], replace(fits[0], optimizer="coursework"))
    strip.show_project(None, replace(pins, ugm=better, fits=worse[::-1]))
    assert strip.fit_tile.note.wording == "better than independent (course)"


def test_stale_numbers_are_dimmed_until_the_next_answer(strip):
    strip.show_project(None, pin_project())
    strip.show_inference(answer(0.5))
    strip.set_stale()
    assert strip.answer_tile.values.stale
    strip.show_inference(answer(0.5))
    assert not strip.answer_tile.values.stale


def test_a_treewidth_that_is_known_is_not_dimmed_while_the_marginals_take_long(window, settled):
    window.document.load(pin_project())
    settled()
    assert window.controller.structure is not None
    window.controller.inference_reported.emit(window.controller.report, True)
    assert window.headline.answer_tile.values.stale
    assert not window.headline.width_tile.values.stale


def test_another_document_carries_no_number_over(strip):
    strip.show_project(None, pin_project())
    strip.show_inference(answer(0.5))
    strip.show_project(None, Project())
    assert strip.answer_tile.values.new == ""
    assert strip.width_tile.values.new == "…"


def test_a_changed_tile_flashes_once(strip, qtbot):
    strip.show_project(None, pin_project())
    strip.show_inference(answer(0.5))
    tile, glows = strip.answer_tile, []
    tile.flash.valueChanged.connect(lambda value: glows.append(value))
    strip.show_inference(answer(0.6))
    qtbot.waitUntil(lambda: tile.flash.state() is tile.flash.State.Stopped)
    assert max(glows) > 0.5
    assert glows[-1] == 0.0
    n = len(glows)
    strip.show_inference(answer(0.6))
    assert tile.flash.state() is tile.flash.State.Stopped
    assert len(glows) == n


@pytest.mark.parametrize("width_px", [1024, 1280, 1920])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_nothing_is_wider_than_its_place(strip, qtbot, width_px, scale):
    theme.set_font_scale(scale)
    try:
        many = Project(ugm=UGM([Variable.of_size(f"variable{k}", 2) for k in range(40)]))
        strip.show_project(None, many.with_clamps({f"variable{k}": 0 for k in range(6)}))
        strip.show_structure(
            structure(
                width(12, 31), width(11, 30), "hopeless", "exact inference: hopeless, largest table about 10^17 entries"
            )
        )
        strip.resize(width_px, 100)
        qtbot.wait(1)
        assert strip.minimumSizeHint().width() <= 1024
        for label in strip.findChildren(FittingLabel):
            assert QFontMetrics(label.font()).horizontalAdvance(label.text()) <= max(label.width(), 1)
            assert label.text() == label.wording or label.toolTip()
    finally:
        theme.set_font_scale(1.0)


def test_a_screen_reader_hears_the_number_and_what_it_means(strip):
    strip.show_project(None, pin_project())
    strip.show_inference(answer(0.582))
    assert "0.5820" in strip.answer_tile.values.accessibleName()


def test_a_sentence_shrinks_no_more_than_it_must(strip, qtbot):
    label = strip.sentence
    for width_px in range(1024, 1400, 20):
        strip.resize(width_px, 80)
        qtbot.wait(1)
        label.show_wordings(["x₄ given x₁=1, x₂=2, x₃=3", "x₄ given 3 variables"])
        advance = QFontMetrics(label.font()).horizontalAdvance(label.text())
        assert advance <= label.width()
        full = QFontMetrics(theme.font(1.43)).horizontalAdvance(label.text())
        if full > label.width():
            assert advance >= 0.93 * label.width(), f"{advance} of {label.width()}"
        else:
            assert label.font().pointSizeF() == theme.font(1.43).pointSizeF()


@pytest.mark.parametrize("width_px", [0, 1, 5])
def test_a_label_of_no_width_asks_qt_for_no_font_without_size(qapp, qtbot, qtlog, width_px):
    label = FittingLabel(1.43)
    qtbot.addWidget(label)
    label.show_wordings(["x4 given x1=1, x2=2, x3=3", "x4"])
    label.resize(width_px, 20)
    label.show()
    assert label.font().pointSizeF() >= 1.0
    assert qtlog.records == []


def test_the_probability_of_the_evidence_stands_below_log_z(strip):
    grid = stacked_rbm_project(2)
    strip.show_project(None, grid)
    strip.show_inference(answer(log_z=4.0, log_p=0.0))
    assert strip.fit_tile.note.wording == ""
    clamped = grid.with_clamps({"x1": 0})
    strip.show_project(grid, clamped)
    strip.show_inference(answer(log_z=3.0, log_p=math.log(0.25)))
    assert strip.fit_tile.note.wording == "p(evidence) = 0.2500"
    strip.show_inference(answer(log_z=3.0))
    assert strip.fit_tile.note.wording == ""
