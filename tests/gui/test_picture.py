"""Is a picture of the graph what is on the canvas, in a box that just holds it, and a proper file of its kind?"""

import itertools
import re

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from gui import theme
from gui.exporting import picture as pictures
from gui.exporting.picture import MARGIN, Look, Picture
from models.errors import ModelError, TooLargeError
from models.examples import ising_project, stacked_rbm_project
from models.factor import Factor
from models.jobs import Infer, answer
from models.project import Project
from models.ugm import UGM, Variable
from tests.drive import Desk


@pytest.fixture
def desk(qtbot, qapp):
    """A stack of layers with two clamps and its numbers, on a canvas."""
    theme.apply(qapp)
    made = Desk(qtbot, stacked_rbm_project().with_clamps({"z1": 1, "z2": 0}))
    report = answer(Infer(made.project.ugm, made.project.evidence))
    made.scene.show_inference(report.inference, report.prior)
    yield made
    theme.set_font_scale(1.0)
    theme.set_current(theme.LIGHT)


def pixels(image: QImage) -> np.ndarray:
    """Return the channels, (height, width, BGRA)."""
    image = image.convertToFormat(QImage.Format.Format_ARGB32)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4).astype(int)


def drawn_box(image: QImage) -> tuple[int, int, int, int]:
    """Return the first and last column and row that differ from the corner."""
    differs = (np.abs(pixels(image) - pixels(image)[0, 0]) > 8).any(axis=2)
    columns, rows = np.flatnonzero(differs.any(axis=0)), np.flatnonzero(differs.any(axis=1))
    return columns[0], columns[-1], rows[0], rows[-1]


def rendered(svg: bytes) -> QImage:
    renderer = QSvgRenderer(QByteArray(svg))
    assert renderer.isValid()
    image = QImage(renderer.defaultSize(), QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    return image


def differing(a: QImage, b: QImage) -> float:
    """Return the share of pixels that differ clearly."""
    return float((np.abs(pixels(a) - pixels(b)).max(axis=2) > 60).mean())


def lattice(rows: int, columns: int) -> Project:
    names = {(i, j): f"x{i}_{j}" for i, j in itertools.product(range(rows), range(columns))}
    pairs = [((i, j), near) for i, j in names for near in ((i + 1, j), (i, j + 1)) if near in names]
    ugm = UGM(
        [Variable(name, ("0", "1")) for name in names.values()],
        [Factor((names[a], names[b]), np.zeros((2, 2))) for a, b in pairs],
    )
    return Project(ugm=ugm, positions={name: (100.0 * j, 100.0 * i) for (i, j), name in names.items()})


# --- the picture itself ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("palette", ["light", "dark", "projector", "contrast"])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_box_just_holds_what_is_drawn(desk, palette, scale):
    theme.set_current(theme.PALETTES[palette])
    theme.set_font_scale(scale)
    picture = Picture(desk.scene)
    left, right, top, bottom = drawn_box(picture.image(1))
    size = picture.size
    for margin in (left, size.width() - 1 - right, top, size.height() - 1 - bottom):
        assert MARGIN - 2 <= margin <= MARGIN + 3, (left, right, top, bottom, size)


def test_it_is_what_the_canvas_shows(desk):
    desk.scene.select_nothing()
    desk.view.resize(1500, 1200)
    desk.view.zoom_reset()
    picture = Picture(desk.scene)
    area = desk.view.mapFromScene(picture.box).boundingRect()
    assert desk.view.viewport().rect().contains(area)
    seen = desk.view.viewport().grab(area).toImage()
    alone = QImage(seen.size(), QImage.Format.Format_ARGB32_Premultiplied)
    alone.fill(theme.current().canvas)
    painter = QPainter(alone)
    painter.translate(desk.view.viewportTransform().map(picture.box.topLeft()) - area.topLeft())
    picture.paint(painter)
    painter.end()
    assert differing(seen, alone) < 1e-3


def test_work_in_progress_is_left_out_and_stays_as_it_is(desk):
    plain = Picture(desk.scene).image(1)
    desk.scene.select_all()
    desk.hand.move_to(desk.hand.bar("x1", 0))
    chosen, hovered = desk.scene.selection, desk.scene.mirror.variables["x1"].hovered
    assert hovered == 0
    assert differing(Picture(desk.scene).image(1), plain) == 0.0
    assert desk.scene.selection == chosen
    assert desk.scene.mirror.variables["x1"].hovered == 0
    assert all(item.selected for item in desk.scene.mirror.variables.values())
    desk.check_mirror()


def test_other_colours_leave_the_window_alone(desk):
    theme.set_current(theme.DARK)
    before = desk.view.grab().toImage()
    dark, light = Picture(desk.scene).image(1), Picture(desk.scene, Look(palette="light")).image(1)
    assert dark.pixelColor(1, 1) == theme.DARK.canvas
    assert light.pixelColor(1, 1) == theme.LIGHT.canvas
    assert dark.size() == light.size()  # larger nodes would not fit the positions
    assert theme.current() is theme.DARK
    assert desk.view.grab().toImage() == before


def test_without_a_background_only_the_drawing_is_there(desk):
    image = Picture(desk.scene, Look(transparent=True)).image(1)
    assert image.pixelColor(1, 1).alpha() == 0
    assert (pixels(image)[..., 3] > 0).mean() > 0.1
    assert QColor(image.pixelColor(image.width() // 2, 1)).alpha() == 0


def test_the_selection_alone(desk):
    whole = Picture(desk.scene, Look(selection=True)).size  # nothing is selected: all of it
    desk.scene.select_variables(["x1", "x2", "z1"])
    picture = Picture(desk.scene, Look(selection=True, transparent=True))
    assert picture.size.width() < 0.75 * whole.width()
    assert picture.size.height() < 0.55 * whole.height()
    svg = picture.svg().decode()
    texts = re.findall(r">([^<>\n]+)</text>", svg)
    assert sorted(texts) == sorted(["x₁", "x₂", "z₁", "= 1", *("0", "1") * 3])
    assert desk.scene.selection.variables == ("x1", "x2", "z1")
    # Its bars are those on the canvas.
    shown, own = desk.scene.mirror.variables["x1"], picture._mirror.variables["x1"]
    assert (own.marginal, own.prior) == (shown.marginal, shown.prior)
    assert own.marginal is not None


def test_nothing_to_draw(qtbot):
    with pytest.raises(ModelError, match="Add a variable"):
        Picture(Desk(qtbot).scene)


# --- files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1, 2, 4])
def test_png_has_so_many_pixels(desk, scale):
    picture = Picture(desk.scene)
    image = picture.image(scale)
    assert (image.width(), image.height()) == (scale * picture.size.width(), scale * picture.size.height())
    assert abs(image.dotsPerMeterX() * 0.0254 - 96 * scale) < 0.1  # so it has the same size on paper
    small = image.scaled(picture.size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    assert differing(small, picture.image(1)) < 0.04


@pytest.mark.parametrize("look", [Look(), Look(text_as_shapes=True), Look(palette="dark"), Look(transparent=True)])
def test_svg_shows_the_same(desk, look):
    picture = Picture(desk.scene, look)
    svg = picture.svg()
    assert QSvgRenderer(QByteArray(svg)).defaultSize() == picture.size
    assert differing(rendered(svg), picture.image(1)) < 0.02
    assert (b"<text" in svg) != look.text_as_shapes
    assert b"<title>Stacked RBM</title>" in svg
    if not look.text_as_shapes:
        assert "x₁".encode() in svg
        assert b"DejaVu Sans, Verdana, sans-serif" in svg


def test_pdf_is_one_page_of_the_pictures_size_with_text_in_it(desk):
    picture = Picture(desk.scene)
    pdf = picture.pdf()
    assert pdf.startswith(b"%PDF-1.")
    assert pdf.rstrip().endswith(b"%%EOF")
    boxes = re.findall(rb"/MediaBox \[([\d. ]+)\]", pdf)
    assert len(boxes) == 1
    _, _, width, height = map(float, boxes[0].split())
    assert width == pytest.approx(0.75 * picture.size.width(), abs=1)
    assert height == pytest.approx(0.75 * picture.size.height(), abs=1)
    assert pdf.count(b"/Type /Page\n") == 1
    assert b"/FontFile2" in pdf  # text is text, with its font


def test_a_title_with_markup_is_a_title(qtbot):
    project = stacked_rbm_project()
    desk = Desk(qtbot, Project(ugm=project.ugm, positions=project.positions, title='<b>&"\n]]>'))
    assert QSvgRenderer(QByteArray(Picture(desk.scene).svg())).isValid()


# --- large drawings ----------------------------------------------------------------------------------------------


def test_a_large_model_is_drawn_with_lines_that_can_be_seen(qtbot):
    desk = Desk(qtbot, lattice(24, 24))
    assert desk.scene.mirror.simplified
    picture = Picture(desk.scene, Look(palette="light"))
    assert picture.size.width() > 2000
    dark = {scale: (pixels(picture.image(scale))[..., :3].max(axis=2) < 120).mean() for scale in (1, 2)}
    assert dark[2] > 0.6 * dark[1]  # lines grow with the picture
    assert picture.pdf().startswith(b"%PDF")


def test_more_pixels_than_there_is_room_for_are_refused(desk, monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1000)
    with pytest.raises(TooLargeError, match=r"pixels\. Choose a smaller scale, or SVG or PDF"):
        Picture(desk.scene).image(2)


def test_a_page_is_never_larger_than_readers_open(qtbot):
    ugm = UGM([Variable("a", ("0", "1")), Variable("b", ("0", "1"))])
    desk = Desk(qtbot, Project(ugm=ugm, positions={"a": (0.0, 0.0), "b": (40_000.0, 10.0)}))
    pdf = Picture(desk.scene).pdf()
    _, _, width, _ = map(float, re.findall(rb"/MediaBox \[([\d. ]+)\]", pdf)[0].split())
    assert width == pytest.approx(14_400, abs=1)
    with pytest.raises(TooLargeError):
        Picture(desk.scene).image(1)


@pytest.mark.parametrize("view", ["CONDITIONAL", "FACTORS"])
def test_every_view_of_the_canvas_can_be_a_picture(desk, view):
    from gui.canvas.viewing import View

    full = Picture(desk.scene).image(1)
    desk.scene.set_view(View[view])
    whole = Picture(desk.scene)
    assert whole.image(1) != full
    names = re.findall(r">([^<>\n]+)</text>", whole.svg().decode())
    assert ("z₁" in names) == (view == "FACTORS")
    desk.scene.select_variables(["x1", "x2"])
    assert Picture(desk.scene, Look(selection=True)).size.width() < whole.size.width()


def test_an_example_on_a_lattice(qtbot):
    desk = Desk(qtbot, ising_project())
    assert QSvgRenderer(QByteArray(Picture(desk.scene).svg())).isValid()
