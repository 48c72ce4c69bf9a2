"""How is an unsaved document kept for the case of a crash, and offered again afterwards?

While a document has changes, a copy is kept in the user's data folder: after every ten edits and half a minute at the
latest, so that even with a copy on its way no more than 20 edits or 60 seconds are lost. The worker writes it; only
where that is held up does the window write it itself. Saved or closed, the copy goes. Copies of programs that are no
longer there are offered when the window opens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal, Slot

from gui.asking import sure_to_discard
from gui.notices import Notice
from gui.words import count
from models.errors import CliqueError, FileFormatError
from models.payloads import Failure, Outcome
from models.project import Project

from .feature import Feature

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from models.files.recovery import About, Keeper, Leftover

CHANNEL = "keep"
_NEWS = "recovery"  # source of notices about what was left behind
EVERY_EDITS, EVERY_MS = 10, 30_000
MOST_EDITS = 20  # that may be lost
_LONGEST_TITLE = 60


class Recovery(Feature):
    """Keeps the document of one window, and offers what was left behind.

    Signals
    -------
    leftovers_changed : ()
        Something was recovered or discarded.
    """

    leftovers_changed = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._keeper: Keeper | None = None  # of the document in hand, once it has been kept
        self._count = 0  # how many times
        self._edits = 0  # since the document was saved or opened
        self._sent = self._kept = 0  # of these, those in the copy on its way, and in the last one that arrived
        self._pending = False  # whether anything has changed since the last copy was made
        self._failed = False
        self._wanted = True  # whether copies are kept at all
        self._taking: tuple[Leftover, Keeper, Path] | None = None  # on its way back
        self._offered: Leftover | None = None
        self._timer = QTimer(self, singleShot=True, interval=EVERY_MS)
        self._timer.timeout.connect(self.keep)

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {"file.recover": self.offer}

    def connect_up(self) -> None:
        stack = self.window.document.stack
        stack.indexChanged.connect(self._count_edit)
        stack.cleanChanged.connect(self._take_clean)
        self.window.dispatcher.replied.connect(self._hear)
        self.window.dispatcher.busy_changed.connect(self._go_on)
        self.window.notices.action_asked.connect(self._act)

    def keep_after(self, seconds: int, wanted: bool = True) -> None:
        """Keep a copy so long after a change, or keep none at all: then the one there is goes too."""
        self._timer.setInterval(1000 * seconds)
        self._wanted = wanted
        if not wanted:
            self._forget()

    @property
    def folder(self) -> Path:
        """Where copies are kept."""
        from platformdirs import user_data_path

        return user_data_path("clique", appauthor=False) / "recovery"

    # --- keeping -------------------------------------------------------------------------------------------------

    def show_project(self, before: Project | None, after: Project) -> None:
        self.window.filing.let_go = False
        if before is None:
            self._start_anew()
        elif not self.window.document.is_clean:
            self._pending = True  # a change that joins the edit before does not move the history
            if not self._timer.isActive():
                self._timer.start()

    @Slot()
    def _count_edit(self) -> None:
        if self.window.document.is_clean:
            return  # `_take_clean` comes too
        self._edits += 1
        self._pending = True
        if self._edits - self._kept >= MOST_EDITS and self.window.dispatcher.busy(CHANNEL):
            self.keep_now()  # the worker is held up
        elif self._edits - max(self._sent, self._kept) >= EVERY_EDITS:
            self.keep()
        if self._pending and not self._timer.isActive():
            self._timer.start()

    @Slot(bool)
    def _take_clean(self, clean: bool) -> None:
        if clean:
            self._start_anew()

    def _start_anew(self) -> None:
        """Let go of the copy: the document is as its file, or another one."""
        self._forget()
        self._edits = self._sent = self._kept = 0

    def _forget(self) -> None:
        self._timer.stop()
        self._pending = False
        if self._taking is None:
            self.window.dispatcher.cancel(CHANNEL)
        if self._keeper is not None:
            from models.files.recovery import forget

            forget(self._keeper)
            self._keeper = None

    @Slot()
    def keep(self) -> None:
        """Let the worker make a copy, unless nothing has changed since the last one."""
        if not self._wanted or not self._pending or self.window.document.is_clean or self._taking is not None:
            return
        if self.window.dispatcher.busy(CHANNEL):
            self._timer.start()  # `_go_on` is sooner, where all goes well
            return
        from models.keeping import KeepProject

        self._timer.stop()
        self._pending = False
        self._sent = self._edits
        keeper, number = self._place()
        self.window.dispatcher.submit(CHANNEL, KeepProject(keeper, number, self.window.document.project, self._about()))

    def keep_now(self) -> None:
        """Make a copy at once, in the window's own time."""
        if not self._wanted:
            return
        from models.files import recovery

        self._timer.stop()
        self._pending = False
        self.window.dispatcher.cancel(CHANNEL)
        keeper, number = self._place()
        try:
            recovery.keep(keeper, number, self.window.document.project, self._about())
        except CliqueError as error:
            self._say_failed(error)
        self._sent = self._kept = self._edits

    def _place(self) -> tuple[Keeper, int]:
        if self._keeper is None:
            from models.files.recovery import Keeper

            self._keeper, self._count = Keeper.fresh(self.folder), 0
        self._count += 1
        return self._keeper, self._count

    def _about(self) -> About:
        from models.files.recovery import About

        document = self.window.document
        name = document.project.title or (document.path.stem if document.path else "")
        title = " ".join(name.split())[:_LONGEST_TITLE] or "Untitled"
        original = "" if document.path is None else str(document.path)
        return About(title, original, self.window.filing.seen, self._edits)

    @Slot(str, bool)
    def _go_on(self, channel: str, busy: bool) -> None:
        """Make another copy when the one under way is done and much has happened since."""
        if channel == CHANNEL and not busy and self._edits - max(self._sent, self._kept) >= EVERY_EDITS:
            self.keep()

    @Slot(str, object)
    def _hear(self, channel: str, payload: Any) -> None:
        if channel != CHANNEL or not isinstance(payload, Outcome | Failure):
            return
        if self._taking is not None:
            self._take(payload)
            return
        self._kept = self._sent  # what could not be kept is tried again later, not with every edit
        if isinstance(payload, Failure):
            self._pending = True
            self._timer.start()
            self._say_failed(payload.error)
        else:
            self._failed = False
            self.window.notices.settle(CHANNEL)

    def _say_failed(self, error: Exception) -> None:
        if not self._failed:
            self._failed = True
            reason = error.reason if isinstance(error, FileFormatError) else str(error)
            self.window.show_notice(
                f"No copy can be kept for the case of a crash. {reason} Save the document.", CHANNEL
            )

    def close(self) -> None:
        stack = self.window.document.stack
        stack.indexChanged.disconnect(self._count_edit)  # it announces its own end too
        stack.cleanChanged.disconnect(self._take_clean)
        if self._timer.isActive():
            self._timer.stop()
        filing, asks = self.window.filing, self.window.settings.get("files/ask_on_close")
        if self.window.document.is_clean or filing.let_go or not asks:
            self._forget()
        elif self._pending or self.window.dispatcher.busy(CHANNEL):
            self.keep_now()  # ended from outside: nobody was asked whether to save

    # --- coming back ---------------------------------------------------------------------------------------------

    def warm(self) -> None:
        """Look for what was left behind."""
        from models.files.recovery import leftovers, set_aside

        found, broken = leftovers(self.folder)
        if broken:
            places = ", ".join(str(set_aside(path)) for path in broken)
            self.window.show_notice(
                f"What was kept of {count(len(broken), 'document')} is damaged and cannot be recovered. "
                f"Nothing was removed: {places}",
                _NEWS,
            )
        elif found and self.window.notices.notice is None and not self._page_offers:
            self._show_offer(found[0])

    @property
    def _page_offers(self) -> bool:
        """Whether the start page is in sight, which offers the same."""
        page: Any = self.window.features.get("StartPage")
        return page is not None and page.visible

    def found(self) -> list[Leftover]:
        """Return what was left behind by programs that are no longer there, the newest first."""
        from models.files.recovery import leftovers

        return list(leftovers(self.folder)[0])

    def offer(self) -> None:
        """Offer the newest document that was left behind, or say that there is none."""
        found = self.found()
        if found:
            self._show_offer(found[0])
        else:
            self.window.show_notice("There is nothing to recover: every document was saved or closed.", _NEWS)

    def _show_offer(self, leftover: Leftover) -> None:
        self._offered = leftover
        text = f"Clique did not close properly. Recover {leftover}?"
        self.window.show_notice(
            Notice(text, "Recover", "recover", source=_NEWS, other="Discard", other_key="discard"), _NEWS
        )

    @Slot(str)
    def _act(self, key: str) -> None:
        leftover, self._offered = self._offered, None
        if leftover is None:
            return
        if key == "recover":
            self.recover(leftover.path)
        elif key == "discard":
            if sure_to_discard(self.window, leftover.title):
                self.discard(leftover.path)
            self._offer_next()

    def _offer_next(self) -> None:
        found = self.found()
        if found and self.window.notices.notice is None:
            self._show_offer(found[0])

    def recover(self, item: Leftover | Path) -> bool:
        """Bring a document back, with changes still to be saved; return whether it is on its way."""
        from models.files.recovery import Keeper, take_over
        from models.keeping import ReadKept

        path = item if isinstance(item, Path) else item.path
        leftover = next((each for each in self.found() if each.path == path), None)
        if leftover is None:
            self.window.show_notice(
                "This document is no longer there. Another window of Clique may have recovered it.", _NEWS
            )
            return False
        if not self.window.filing.may_leave():
            return False
        keeper = Keeper.fresh(self.folder)
        try:
            taken = take_over(path, keeper)
        except CliqueError as error:
            self.window.show_notice(error, _NEWS)
            return False
        self._taking = leftover, keeper, taken
        self.window.dispatcher.submit(CHANNEL, ReadKept(taken))
        return True

    def discard(self, item: Leftover | Path) -> None:
        """Remove what was kept of a document, without asking."""
        from models.files.recovery import discard

        discard(item if isinstance(item, Path) else item.path)
        self.leftovers_changed.emit()

    def _take(self, payload: Outcome | Failure) -> None:
        """Open the document that has been read; from now on it is kept as this window's."""
        from models.files.recovery import set_aside

        if self._taking is None:
            return
        leftover, keeper, taken = self._taking
        if isinstance(payload, Failure):
            self._taking = None
            aside = set_aside(taken)
            self.window.show_notice(f"{leftover.title}: {payload.error} It was kept as {aside}.", _NEWS)
            self.leftovers_changed.emit()
            return
        window = self.window
        window.filing.adopt(payload.value, leftover.original, leftover.seen)
        self._taking = None
        self._keeper, self._count = keeper, 0
        self._edits = leftover.n_edits
        self._sent = self._kept = leftover.n_edits - EVERY_EDITS  # so that a copy is made as soon as this job is over
        self._pending = True
        window.show_notice(
            f'Recovered "{leftover.title}" as it was at {leftover.when}. What was done in the last minute before '
            f"Clique ended, {MOST_EDITS} edits at most, may be missing. Save it to keep it.",
            _NEWS,
        )
        self.leftovers_changed.emit()
