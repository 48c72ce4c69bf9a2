"""Which file shall be made of the document, and how does it look before it is made?

One dialog for everything that leaves the window: kinds of file at the left, what is in them and what can be chosen at
the right, with a preview of pictures. It decides nothing else: what was chosen goes out as a `Wish`.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.canvas import GraphScene
from gui.words import count
from models.errors import CliqueError
from models.exports import KINDS, Kind

from .choices import SCALES, Choices
from .picture import Look, Picture

PICTURES = {
    kind.key: kind
    for kind in (
        Kind("svg", "SVG", ".svg", "A drawing for web pages and drawing programs, sharp at every size."),
        Kind("pdf", "PDF", ".pdf", "A page as large as the picture, for papers and slides. Its text can be searched."),
        Kind("png", "PNG", ".png", "Pixels, for everything that takes no drawings."),
        KINDS["tikz"],
    )
}
SORTS = {
    "picture": ("Pictures of the graph", tuple(PICTURES.values())),
    "numbers": ("Numbers", tuple(KINDS[key] for key in ("marginals", "pairwise", "factors", "fits"))),
    "model": ("Models", tuple(KINDS[key] for key in ("uai", "pace"))),
}
ALL = {kind.key: kind for _, kinds in SORTS.values() for kind in kinds}
_KEY = Qt.ItemDataRole.UserRole
_PREVIEW = QSize(440, 300)
_MOST_PREVIEWED = 500  # variables


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person wants to have.

    Attributes
    ----------
    kind : Kind
    look : Look
    scale : int
        Of a PNG.
    bars : bool
        Of a TikZ picture.
    copy : bool
        On the clipboard rather than as a file.
    """

    kind: Kind
    look: Look
    scale: int
    bars: bool
    copy: bool = False


def sort_of(kind: str) -> str:
    """Return the sort that a kind belongs to."""
    return next(sort for sort, (_, kinds) in SORTS.items() if any(each.key == kind for each in kinds))


class ExportDialog(QDialog):
    """The dialog; `wished` comes when a button is pressed."""

    wished = Signal(object)

    def __init__(self, scene: GraphScene, choices: Choices, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Export")
        self.setAccessibleName("Export")
        self._scene = scene
        look = choices.look
        self.kinds = self._make_list()
        self.about = QLabel(wordWrap=True)
        self.about.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        n_selected = len(scene.selection.variables)
        self.what = _combo("What to draw", "The whole graph", f"The selection ({count(n_selected, 'variable')})")
        self.what.setEnabled(n_selected > 0)
        self.colours = _combo("Colours", "As in the window", *(name.capitalize() for name in theme.PALETTES))
        self.colours.setCurrentIndex(["", *theme.PALETTES].index(look.palette) if look.palette in theme.PALETTES else 0)
        self.size_ = _combo("Size", *(f"{scale}×" for scale in SCALES))
        self.size_.setCurrentIndex(SCALES.index(choices.scale))
        self.transparent = _check("Without a background", look.transparent)
        self.shapes = _check("Letters as shapes: looks the same where the font is missing", look.text_as_shapes)
        self.bars = _check("With the bars of the marginals", choices.bars)
        self.preview = _Preview()
        self._form = QFormLayout()
        for label, field in (("Draw", self.what), ("Colours", self.colours), ("Size", self.size_)):
            self._form.addRow(label, field)
        for box in (self.transparent, self.shapes, self.bars):
            self._form.addRow("", box)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.save = buttons.addButton("&Save as…", QDialogButtonBox.ButtonRole.AcceptRole)
        self.copy = buttons.addButton("&Copy", QDialogButtonBox.ButtonRole.ActionRole)
        self.save.setToolTip("Choose a name and write the file")
        self.copy.setToolTip("Put the picture on the clipboard instead")
        self.save.clicked.connect(self._save)
        self.copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        right = QVBoxLayout()
        right.addWidget(self.about)
        right.addLayout(self._form)
        right.addWidget(self.preview, 1)
        row = QHBoxLayout()
        row.addWidget(self.kinds)
        row.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.addLayout(row, 1)
        column.addWidget(buttons)
        self.resize(round(720 * max(theme.font_scale(), 1.0)), 560)
        for field in (self.what, self.colours, self.size_):
            field.currentIndexChanged.connect(self._show)
        for box in (self.transparent, self.shapes, self.bars):
            box.toggled.connect(self._show)
        self.kinds.currentItemChanged.connect(self._show)
        self.choose(kind)
        self.kinds.setFocus()

    def _make_list(self) -> QListWidget:
        made = QListWidget()
        made.setAccessibleName("Kind of file")
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for title, kinds in SORTS.values():
            head = QListWidgetItem(title, made)
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            head.setFont(theme.font(0.86, bold=True))
            for kind in kinds:
                item = QListWidgetItem(f"    {kind.name}", made)
                item.setData(_KEY, kind.key)
                item.setToolTip(kind.about)
        made.setFixedWidth(made.sizeHintForColumn(0) + 2 * made.frameWidth() + 12)
        return made

    # --- what is chosen ------------------------------------------------------------------------------------------

    @property
    def kind(self) -> Kind:
        """The kind of file."""
        item = self.kinds.currentItem()
        return ALL[item.data(_KEY)]

    def choose(self, key: str) -> None:
        """Choose a kind of file."""
        for place in range(self.kinds.count()):
            if self.kinds.item(place).data(_KEY) == key:
                self.kinds.setCurrentRow(place)

    @property
    def wish(self) -> Wish:
        """What is chosen."""
        names = ["", *theme.PALETTES]
        look = Look(
            palette=names[self.colours.currentIndex()],
            transparent=self.transparent.isChecked(),
            selection=self.what.currentIndex() == 1,
            text_as_shapes=self.shapes.isChecked(),
        )
        return Wish(self.kind, look, SCALES[self.size_.currentIndex()], self.bars.isChecked())

    @Slot()
    def _save(self) -> None:
        self.wished.emit(self.wish)

    @Slot()
    def _copy(self) -> None:
        wish = self.wish
        self.wished.emit(Wish(wish.kind, wish.look, wish.scale, wish.bars, copy=True))

    # --- showing -------------------------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        kind = self.kind
        picture, drawn = kind.key in PICTURES, kind.key in PICTURES and kind.key != "tikz"
        self.about.setText(kind.about)
        for field, shown in (
            (self.what, picture),
            (self.colours, drawn),
            (self.size_, kind.key == "png"),
            (self.transparent, drawn),
            (self.shapes, kind.key == "svg"),
            (self.bars, kind.key == "tikz"),
        ):
            self._form.setRowVisible(field, shown)
        self.copy.setVisible(drawn)
        self._show_preview(drawn)

    def _show_preview(self, drawn: bool) -> None:
        """Draw it small; say what is wrong where it cannot be drawn."""
        self.save.setEnabled(True)
        if not drawn:
            self.preview.show_text("")
            return
        if len(self._scene.mirror.variables) > _MOST_PREVIEWED:
            self.preview.show_text("Too many variables for a preview.")
            return
        try:
            picture = Picture(self._scene, self.wish.look)
            self._name_sizes(picture)
            self.preview.show_picture(picture)
        except CliqueError as error:
            self.preview.show_text(str(error))
            self.save.setEnabled(False)

    def _name_sizes(self, picture: Picture) -> None:
        size = picture.size
        for place, scale in enumerate(SCALES):
            self.size_.setItemText(place, f"{scale}×: {scale * size.width():,} by {scale * size.height():,} pixels")


class _Preview(QLabel):
    """A picture as large as there is room for it."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Preview")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setMinimumSize(_PREVIEW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._drawn: QPixmap | None = None

    def show_text(self, text: str) -> None:
        """Show words in place of a picture."""
        self._drawn = None
        self.setPixmap(QPixmap())
        self.setText(text)

    def show_picture(self, picture: Picture) -> None:
        """Show a picture, on a chequered ground where it has none of its own."""
        size = picture.size
        scale = min(2.0, 1600 / max(size.width(), size.height()))
        image = picture.image(max(scale, 0.05))
        made = QPixmap(image.size())
        painter = QPainter(made)
        if picture.look.transparent:
            painter.fillRect(made.rect(), QColor("#FFFFFF"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.fillRect(made.rect(), QBrush(_chequered()))
        painter.drawImage(0, 0, image)
        painter.end()
        self._drawn = made
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._drawn is not None:
            room = self.size() - QSize(8, 8)
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            target = self._drawn.size().scaled(room, keep).boundedTo(self._drawn.size())
            self.setPixmap(self._drawn.scaled(target, keep, smooth))


def _chequered() -> QPixmap:
    made = QPixmap(32, 32)
    made.fill(QColor("#FFFFFF"))
    painter = QPainter(made)
    for x, y in ((0, 0), (16, 16)):
        painter.fillRect(x, y, 16, 16, QColor("#DDDDDD"))
    painter.end()
    return made


def _combo(name: str, *entries: str) -> QComboBox:
    made = QComboBox()
    made.addItems(entries)
    made.setAccessibleName(name)
    return made


def _check(text: str, checked: bool) -> QCheckBox:
    made = QCheckBox(text)
    made.setAccessibleName(text)
    made.setChecked(checked)
    return made
