"""How is a junction tree drawn, pointed at and looked around in?"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView

from gui import theme
from gui.words import called
from models.messages import Message
from models.tree_layout import tree_places

from .items import BagItem, LinkItem, Measures

_LARGEST, _SMALLEST = 1.6, 0.15
_STEP = 1.2
_KEYS = (
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
    Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter,
)  # fmt: skip
_GAP = 32.0  # between columns, beside the separators


class TreeView(QGraphicsView):
    """The drawing.

    Signals
    -------
    bag_chosen : (int)
        Place of the bag; -1 for none.
    link_chosen : (int)
        Place of the bag at the link's outer end.
    """

    bag_chosen = Signal(int)
    link_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._scene = QGraphicsScene(self)
        self._scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setScene(self._scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setAccessibleName("Junction tree")
        self.setAccessibleDescription(
            "Left goes towards the root, right away from it, up and down along a column; Space goes from a bag to its "
            "separator and back, Escape to neither. The table of what is chosen is beside it."
        )
        self.setWhatsThis(self.accessibleDescription())
        self._shown: tuple[tuple[tuple[str, ...], ...], tuple[int, ...]] = ((), ())
        self._scale = theme.font_scale()
        self.bags: list[BagItem] = []
        self.links: dict[int, LinkItem] = {}
        self._fitted = True
        self.chosen = -1

    def show_tree(self, bags: Sequence[tuple[str, ...]], parents: Sequence[int]) -> None:
        """Draw another tree."""
        for item in (*self.bags, *self.links.values()):
            self._scene.removeItem(item)
        measures = Measures.now()
        self.bags = [BagItem(k, names, measures) for k, names in enumerate(bags)]
        self.links = {}
        self.chosen = -1
        shared = {
            child: tuple(name for name in bags[child] if name in bags[parent])
            for child, parent in enumerate(parents)
            if parent >= 0
        }
        widest = max((measures.separator_size(names)[0] for names in shared.values()), default=0.0)
        places = tree_places(parents, [(bag.width, bag.height) for bag in self.bags], along=widest + _GAP)
        for bag, (x, y) in zip(self.bags, places, strict=True):
            bag.setPos(x, y)
            self._scene.addItem(bag)
        for child, parent in enumerate(parents):
            if parent >= 0:
                start = self.bags[parent].pos() + QPointF(self.bags[parent].width / 2, 0.0)
                end = self.bags[child].pos() - QPointF(self.bags[child].width / 2, 0.0)
                link = LinkItem(child, parent, shared[child], (start, end), measures)
                self.links[child] = link
                self._scene.addItem(link)
        box = QRectF()
        for item in (*self.bags, *self.links.values()):
            box = box.united(item.boundingRect().translated(item.pos()))
        self._scene.setSceneRect(box.adjusted(-8, -8, 8, 8))
        self._fitted = True
        self._shown, self._scale = (tuple(bags), tuple(parents)), theme.font_scale()
        self.fit()
        self.restyle()

    def light(self, names: Sequence[str], current: int = -1) -> None:
        """Point out the bags and separators that hold all these variables, and the bag of the elimination."""
        wanted = set(names)
        for k, bag in enumerate(self.bags):
            bag.mark(bool(wanted) and wanted.issubset(bag.names), k == self.chosen, k == current)
        for link in self.links.values():
            link.mark(bool(wanted) and wanted.issubset(link.names), link.chosen)

    def show_messages(self, messages: Sequence[Message], n_sent: float) -> None:
        """Show the first so many messages as sent; a fraction is how far the next one is."""
        whole = int(n_sent)
        sent = {(m.source, m.target) for m in messages[:whole]}
        flying = messages[whole] if whole < len(messages) and n_sent > whole else None
        for child, link in self.links.items():
            up, down = (child, link.parent_bag), (link.parent_bag, child)
            flight = None
            if flying is not None and (flying.source, flying.target) in (up, down):
                flight = ((flying.source, flying.target) == up, n_sent - whole)
            link.show_sent(up in sent, down in sent, flight)

    def choose(self, place: int) -> None:
        """Choose a bag."""
        self.chosen = place
        for k, bag in enumerate(self.bags):
            bag.mark(bag.lit, k == place, bag.current)
        for link in self.links.values():
            link.mark(link.lit, False)
        if 0 <= place < len(self.bags):
            self.ensureVisible(self.bags[place], 10, 10)
        self.bag_chosen.emit(place)

    def choose_link(self, child: int) -> None:
        """Choose the link above a bag."""
        self.chosen = -1
        for bag in self.bags:
            bag.mark(bag.lit, False, bag.current)
        for k, link in self.links.items():
            link.mark(link.lit, k == child)
        self.show_link(child)
        self.link_chosen.emit(child)

    def show_link(self, child: int) -> None:
        """Scroll to where a link can be seen, its outer end too."""
        if child in self.links:
            self.ensureVisible(self.links[child].sceneBoundingRect().united(self.bags[child].sceneBoundingRect()), 6, 6)

    @property
    def chosen_anything(self) -> bool:
        """Whether a bag or a separator is chosen."""
        return self.chosen >= 0 or any(link.chosen for link in self.links.values())

    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        if self._scale != theme.font_scale():
            chosen = self.chosen
            self.show_tree(*self._shown)
            self.chosen = chosen
        self.setBackgroundBrush(theme.current().canvas)
        self._scene.update()

    def fit(self) -> None:
        """Show all of it, where it can be read then; else its root."""
        box = self._scene.sceneRect()
        if not self.bags or box.isEmpty():
            return
        scale = min(self.viewport().width() / box.width(), self.viewport().height() / box.height(), 1.0)
        self.resetTransform()
        scale = max(scale, 0.55)
        self.scale(scale, scale)
        if box.width() * scale <= self.viewport().width():
            self.centerOn(box.center())
        else:
            self.centerOn(QPointF(box.left() + self.viewport().width() / scale / 2, self.bags[0].y()))

    def spoken(self) -> str:
        """Describe the tree for a screen reader."""
        return "; ".join(f"bag {k + 1}: {', '.join(map(called, bag.names))}" for k, bag in enumerate(self.bags))

    # --- events --------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        factor = _STEP if event.angleDelta().y() > 0 else 1 / _STEP
        if _SMALLEST <= self.transform().m11() * factor <= _LARGEST:
            self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
            self.scale(factor, factor)
            self._fitted = False
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.mapToScene(event.position().toPoint())
        bag = next((b for b in self.bags if QRectF(b.sceneBoundingRect()).contains(at)), None)
        if event.button() == Qt.MouseButton.LeftButton and bag is not None:
            self.setFocus()
            self.choose(bag.place)
            event.accept()
            return
        link = next((k for k, link in self.links.items() if link.box().adjusted(-6, -6, 6, 6).contains(at)), None)
        if event.button() == Qt.MouseButton.LeftButton and link is not None:
            self.setFocus()
            self.choose_link(link)
            event.accept()
            return
        if event.button() == Qt.MouseButton.LeftButton and self.chosen_anything:
            self.setFocus()
            self.choose(-1)  # nothing is pointed out any more
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.chosen_anything:
            self.choose(-1)
            event.accept()
            return
        key = Qt.Key(event.key())
        if not self.bags or key not in _KEYS:
            super().keyPressEvent(event)
            return
        link = next((k for k, link in self.links.items() if link.chosen), -1)
        at = link if link >= 0 else self.chosen
        if key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if link >= 0:
                self.choose(link)
            elif at in self.links:
                self.choose_link(at)
        else:
            self.choose(self._beside(at, key))
        event.accept()

    def _beside(self, at: int, key: Qt.Key) -> int:
        """Return the bag to which an arrow leads: towards the root, away from it, or up and down a column."""
        parents = self._shown[1]
        if at < 0:
            return parents.index(-1)
        here = self.bags[at]
        if key == Qt.Key.Key_Left:
            return parents[at] if parents[at] >= 0 else at
        if key == Qt.Key.Key_Right:
            children = [bag for bag in self.bags if parents[bag.place] == at]
            return min(children, key=lambda bag: bag.y(), default=here).place
        way = 1.0 if key == Qt.Key.Key_Down else -1.0
        column = [bag for bag in self.bags if bag.x() == here.x() and way * (bag.y() - here.y()) > 0]
        return min(column, key=lambda bag: abs(bag.y() - here.y()), default=here).place
