"""When does the start page come and go, and where do its pictures and its offers come from?

Pictures are drawn by the canvas's own painter, a moment after the page is in sight and one at a time; the bars in them
are computed by the worker like any others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtWidgets import QDockWidget

from gui.filing import EXAMPLES
from models.jobs import Infer, Outcome
from models.project import Project

from .feature import Feature

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from gui.start_cards import ExampleCard
    from gui.start_page import StartPage as Page

    from .recovery import Recovery

_CHANNEL = "preview"
_MOST_FILES = 6


class StartPage(Feature):
    """The start page of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.page: Page | None = None
        self._folded: list[QDockWidget] = []  # panels to be shown again
        self._projects: dict[str, Project] = {}
        self._answers: dict[str, Any] = {}  # marginals by example
        self._asked: list[str] = []  # examples whose marginals are still to come

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {"file.start_page": self.toggle}

    def connect_up(self) -> None:
        self.window.installEventFilter(self)
        self.window.scene.tool_changed.connect(self._draw_instead)
        self.window.dispatcher.replied.connect(self._hear)
        if self._recovery is not None:
            self._recovery.leftovers_changed.connect(self._show_rescues)

    @property
    def _recovery(self) -> Recovery | None:
        return cast("Recovery | None", self.window.features.get("Recovery"))

    def show_project(self, before: Project | None, after: Project) -> None:
        self.hide()

    def close(self) -> None:
        self.window.removeEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Close and watched is self.window:
            self.hide()  # or the window would remember that its panels are folded
        return False

    # --- coming and going ----------------------------------------------------------------------------------------

    @property
    def visible(self) -> bool:
        """Whether the page is in sight."""
        return self.page is not None and self.page.isVisible()

    def show_at_start(self) -> None:
        """Show the page if the person wants it and there is nothing on the canvas, or something to recover."""
        if self.window.document.project.ugm.variables:
            return
        if self.window.settings.get("start/page") or self._rescues():
            self.show()

    def toggle(self) -> None:
        """Show the page, or take it away."""
        if self.visible:
            self.hide()
        else:
            self.show()

    def show(self) -> None:
        """Show the page, with what it offers now."""
        from gui.start_cards import file_card
        from gui.start_page import StartPage as Page

        window, actions = self.window, self.window.actions_by_key
        if self.page is None:
            page = self.page = Page(window.view, [actions[key] for key in EXAMPLES])
            page.picture_wanted.connect(self._draw)
            page.left.connect(self.hide)
            page.again.setChecked(bool(window.settings.get("start/page")))
            page.shown_at_start.connect(partial(window.settings.put, "start/page"))
        now = datetime.now(UTC).astimezone()
        files = [(path, file_card(path, now)) for path in window.settings.recent_files[:_MOST_FILES]]
        files.sort(key=lambda pair: not pair[1].isEnabled())  # those that are gone come last
        for path, card in files:
            card.clicked.connect(partial(self._open, path))
        offered = [actions[key] for key in ("file.new", "file.open", "file.generate") if key in actions]
        self.page.offer(offered, [card for _, card in files])
        self.page.offer_rescues(self._rescues())
        if not window.actions_by_key["view.presentation"].isChecked():
            self._folded = [dock for dock in (window.side_dock, window.below_dock) if dock.isVisible()]
            for dock in self._folded:
                dock.hide()  # there is nothing in them yet
        self.page.show()
        self.page.raise_()
        actions["file.start_page"].setChecked(True)
        self.page.targets()[0].setFocus()

    @Slot()
    def hide(self) -> None:
        """Show the canvas."""
        self.window.actions_by_key["file.start_page"].setChecked(False)
        if self.page is not None and self.page.isVisible():
            self.window.view.setFocus()
            self.page.hide()
            folded, self._folded = self._folded, []
            for dock in folded:
                dock.show()

    @Slot(str)
    def _draw_instead(self, _tool: str) -> None:
        self.hide()

    def _open(self, path: Any, _checked: bool = False) -> None:
        self.window.filing.open_path(path)

    # --- what an earlier run left behind -------------------------------------------------------------------------

    def _rescues(self) -> list[Any]:
        """Return a strip for each document that can be recovered."""
        if self._recovery is None:
            return []
        from gui.start_rescue import RescueStrip

        return [
            RescueStrip(f"Recover {item}?", partial(self._recovery.recover, item), partial(self._discard, item))
            for item in self._recovery.found()
        ]

    def _discard(self, leftover: Any) -> None:
        from gui.asking import sure_to_discard

        if self._recovery is not None and sure_to_discard(self.window, leftover.title):
            self._recovery.discard(leftover)

    @Slot()
    def _show_rescues(self) -> None:
        if self.page is not None and self.visible:
            self.page.offer_rescues(self._rescues())

    # --- pictures ------------------------------------------------------------------------------------------------

    @Slot(object)
    def _draw(self, card: ExampleCard) -> None:
        from gui.start_cards import draw_project

        key = card.key
        if key not in self._projects:
            self._projects[key] = EXAMPLES[key]()
        inference = self._answers.get(key)
        ratio = card.devicePixelRatioF()
        card.set_picture(draw_project(self._projects[key], inference, card.picture_size, ratio))
        if inference is None and key not in self._asked:
            self._asked.append(key)
            if len(self._asked) == 1:
                self._ask()

    def _ask(self) -> None:
        if self._asked and self.visible:
            self.window.dispatcher.submit(_CHANNEL, Infer(self._projects[self._asked[0]].ugm))

    @Slot(str, object)
    def _hear(self, channel: str, payload: Any) -> None:
        if channel != _CHANNEL or not isinstance(payload, Outcome) or not self._asked:
            return
        key = self._asked.pop(0)
        self._answers[key] = payload.value.inference
        if self.page is not None and self.visible:
            for card in self.page.cards:
                if card.key == key:
                    self._draw(card)
        self._ask()
