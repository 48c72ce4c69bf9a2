"""How do the draws grow towards the exact answer?

The plots of the Sample workspace: a live histogram of each watched variable with the exact marginal as outline; the
distance to the exact marginals; and the running probability of the event beside its exact value. Where there is no room
for all, the histograms that tell least are left out: clamped variables, then the last ones. A strip above them says
when the chain was started again and when it may never arrive.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.frames import frames
from gui.plots import BarPlot, TracePlot
from gui.theme import subscript
from gui.words import number
from models.project import Project

from .parts import PANEL_TEXT
from .sampling_table import MOST_WATCHED
from .sampling_words import distance_words, event_words, restart_words

if TYPE_CHECKING:
    from models.exact import Inference
    from models.samplers.snapshot import SampleSnapshot


_GAP, _EDGE = 8, 6  # pixels between plots and at the ends
_SHORT = 12  # characters of a heading that fit every plot
_FIRST, _OTHER, _TRACE = 130, 100, 150  # least widths: a histogram with an axis, one without, a trace


class SamplePlots(QWidget):
    """All plots side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Plots of the sampler")
        self._project = Project()
        self._snapshot: SampleSnapshot | None = None
        self._exact: Inference | None = None
        self._watch: tuple[str, ...] = ()
        self._running = False
        self._restarted = ""  # why, in more detail than whoever started it knows
        self._note_text = ""
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setAutoFillBackground(True)
        self._note.setMargin(4)
        self._note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._note.hide()
        self._bars = [BarPlot() for _ in range(MOST_WATCHED)]
        self._distance = TracePlot(log_y=True)
        self._running_p = TracePlot()
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        for k, bars in enumerate(self._bars):
            row.addWidget(bars, 5 if k == 0 else 4)  # the first has the axis
        row.addWidget(self._distance, 6)
        row.addWidget(self._running_p, 6)
        self._row = row
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE, 2, _EDGE, 2)
        column.setSpacing(2)
        column.addWidget(self._note)
        column.addLayout(row, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAutoFillBackground(True)
        self.setMinimumSize(300, 100)  # not what all plots need side by side: some are left out
        frames().register(self, self._frame)
        theme.notifier.changed.connect(self.restyle)
        self.restyle()

    # --- what comes in -----------------------------------------------------------------------------------------------

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Follow the document."""
        old, self._project = self._project, after
        if before is None:
            self._snapshot, self._restarted, self._note_text = None, "", ""
            self._watch = ()
        elif old.ugm is not after.ugm or old.evidence != after.evidence:
            if self._running:
                self._restarted = restart_words(old, after)
            else:
                self._snapshot, self._note_text = None, ""
        self._watch = tuple(name for name in self._watch if name in after.ugm)
        frames().touch(self)

    @Slot(object)
    def set_watch(self, names: tuple[str, ...]) -> None:
        """Show the histograms of these variables."""
        self._watch = tuple(names)[:MOST_WATCHED]
        frames().touch(self)

    @Slot(bool)
    def set_fit(self, fit: bool) -> None:
        """Let the bars' axes end a little above the tallest bar."""
        for bars in self._bars:
            bars.set_fit(fit)

    @Slot(object)
    def show_snapshot(self, snapshot: SampleSnapshot | None) -> None:
        """Show a run; None clears the plots."""
        self._snapshot = snapshot
        frames().touch(self)

    @Slot(object)
    def show_exact(self, inference: Inference | None) -> None:
        """Show exact marginals while no run brings its own."""
        self._exact = inference
        frames().touch(self)

    @Slot(bool)
    def show_running(self, running: bool) -> None:
        """Follow whether a sampler is there."""
        self._running = running
        if not running:
            self._restarted = ""

    @Slot(str)
    def show_note(self, text: str) -> None:
        """Say in the strip that the chain was started again, or nothing."""
        self._note_text = (self._restarted or text) if text else ""
        self._restarted = ""
        frames().touch(self)

    # --- how it looks ------------------------------------------------------------------------------------------------

    @property
    def note(self) -> str:
        """What the strip says."""
        return self._note.text() if self._note.isVisibleTo(self) else ""

    @property
    def histograms(self) -> dict[str, BarPlot]:
        """The histogram of each variable shown, from left to right."""
        return dict(zip(self._fitting(), self._bars, strict=False))

    @property
    def distance(self) -> TracePlot:
        """Distance to the exact marginals over draws."""
        return self._distance

    @property
    def probability(self) -> TracePlot:
        """Running probability of the event over draws."""
        return self._running_p

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        p = theme.current()
        own = self.palette()
        own.setColor(self.backgroundRole(), p.canvas)
        self.setPalette(own)
        strip = self._note.palette()
        strip.setColor(self._note.backgroundRole(), p.notice)
        strip.setColor(self._note.foregroundRole(), p.notice_text)
        self._note.setPalette(strip)
        self._note.setFont(theme.font(PANEL_TEXT))
        for trace in (self._distance, self._running_p):
            trace.setMinimumWidth(round(_TRACE * max(theme.font_scale(), 1.0)))
        frames().touch(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        frames().touch(self)

    def _fitting(self) -> tuple[str, ...]:
        """Return the variables watched for which there is room beside the traces, at least one."""
        names, scale = self._shown(), max(theme.font_scale(), 1.0)
        n_traces = 1 + bool(self._snapshot is not None and self._snapshot.event)
        room = self.width() - 2 * _EDGE - n_traces * (_TRACE * scale + _GAP) - _FIRST * scale
        n = 1 + max(int(room // (_OTHER * scale + _GAP)), 0)
        evidence = self._project.evidence if self._snapshot is None else self._snapshot.evidence
        kept = sorted(names, key=lambda name: (name in evidence, names.index(name)))[:n]
        return tuple(name for name in names if name in kept)

    def _shown(self) -> tuple[str, ...]:
        snapshot, ugm = self._snapshot, self._project.ugm
        names = self._watch or (snapshot.watch if snapshot is not None else ugm.names[:MOST_WATCHED])
        if snapshot is not None:
            return tuple(name for name in names if name in snapshot.counts)
        return tuple(name for name in names if name in ugm)

    @Slot()
    def _frame(self) -> None:
        self._show_note()
        names = self._fitting()
        left_out = [name for name in self._shown() if name not in names]
        for k, bars in enumerate(self._bars):
            bars.setVisible(k < len(names))
            bars.set_scale_shown(k == 0)
            if k < len(names):
                self._show_bars(bars, names[k], left_out if k == len(names) - 1 else [])
        self._show_distance()
        self._show_probability()

    def _show_note(self) -> None:
        warning = self._snapshot.warning if self._snapshot is not None else None
        text = "\n".join(part for part in (self._note_text, warning) if part)
        if text != self._note.text():
            self._note.setText(text)
            self._note.setAccessibleName(text)
        self._note.setVisible(bool(text))

    def _show_bars(self, bars: BarPlot, name: str, left_out: Sequence[str]) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            variable = self._project.ugm.variable(name)
            inference = self._exact
            exact = inference.marginals.get(name) if inference is not None else None
            shares = np.zeros(variable.n_states)
            clamp = self._project.evidence.get(name)
        else:
            variable = next(v for v in snapshot.variables if v.name == name)
            exact = snapshot.exact[name] if snapshot.exact is not None else None
            shares = snapshot.shares(name)
            clamp = snapshot.evidence.get(name)
        bars.set_labels(variable.labels)
        bars.set_shares(shares)
        bars.set_exact(exact if exact is not None and len(exact) == variable.n_states else None)
        shown = subscript(name) if clamp is None else f"{subscript(name)} = {variable.labels[clamp]}"
        spoken = f"Histogram of {name}{'' if clamp is None else ', clamped'}; outline: exact"
        if left_out:
            shown += f"  (+{len(left_out)})"
            spoken += f". Also watched: {', '.join(left_out)}; widen the plots to see them"
        bars.set_title(shown, spoken)

    def _show_distance(self) -> None:
        p, snapshot = theme.current(), self._snapshot
        value = ""
        if snapshot is None:
            self._distance.set_lines(np.zeros(0), {})
        else:
            trace = snapshot.trace
            self._distance.set_lines(trace.draws, {"main": trace.tv_max, "second": trace.tv_mean})
            if snapshot.exact is None:
                value = ": no exact answer"
            elif snapshot.tv_max == snapshot.tv_max:
                value = f" {distance_words(snapshot.tv_max)}"
        self._distance.set_title(
            f"TV distance{value}",
            f"Total variation distance to the exact marginals over draws, largest and mean of the variables{value}",
            "TV distance",
        )
        self._distance.set_legend(_legend(("━", p.data, "max"), ("┄", p.muted, "mean")), low=True, left=True)

    def _show_probability(self) -> None:
        p, snapshot = theme.current(), self._snapshot
        event = snapshot.event if snapshot is not None else {}
        self._running_p.setVisible(bool(event))
        if snapshot is None or not event:
            return
        words = event_words(snapshot.variables, event, bool(snapshot.evidence))
        now = f" {number(snapshot.p_event)}" if snapshot.event_count else ": none yet" if snapshot.n_draws else ""
        exact = snapshot.p_event_exact
        self._running_p.set_lines(snapshot.trace.draws, {"main": snapshot.trace.share})
        self._running_p.set_reference(exact)
        short = words if len(words) <= _SHORT else "p(event)"
        self._running_p.set_title(f"{words}{now}", f"Running {words} over draws{now}", short)
        legend = "" if exact is None else _legend(("┅", p.exact, f"exactly {number(exact)}"))
        top = self._running_p.ranges[1][1]
        self._running_p.set_legend(legend, low=exact is not None and exact > top / 2)  # where the line is not


def _legend(*entries: tuple[str, QColor, str]) -> str:
    """Return marks in their colours with their meanings."""
    return " &nbsp;".join(f'<b style="color:{colour.name()}">{mark}</b> {text}' for mark, colour, text in entries)
