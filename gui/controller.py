"""Which jobs follow from which change, and who hears the answers?

A change of the document is turned into jobs once per turn of the event loop, so a burst of edits asks once, about its
end. Replies come in by channel and go out as signals; numbers that a change made out of date are announced as stale
after a moment, unless the new ones were faster.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from models.block_edits import block_groups
from models.jobs import (
    AnalyseStructure,
    DescribeData,
    Failure,
    Fit,
    Infer,
    InferenceReport,
    LoadData,
    OpenFile,
    Outcome,
    Pace,
    Progress,
    Sample,
    Snapshot,
    StructureReport,
    WarmKernels,
)
from models.project import DataReference, FitRecord, Project

from .document import Document
from .inference import Dispatcher

_PATIENCE_MS = 150  # numbers are dimmed only if new ones take longer


def _blocks(project: Project, method: str) -> tuple[tuple[str, ...], ...] | None:
    """Return the document's blocks for a sampler that draws them at once; None where there are none."""
    return tuple(group.members for group in block_groups(project)) or None if method == "tree-gibbs" else None


class Controller(QObject):
    """Lives with the window.

    Signals
    -------
    structure_reported : (StructureReport)
    inference_reported : (InferenceReport or None, bool)
        The answer and whether it is out of date; None when there is none.
    file_opened : (Project or Dataset, Path)
    data_loaded : (Dataset or None, FitRecord or None, bool)
        The data in use and their row of the table of fits; True when the person has just asked for them and the
        document does not name them yet.
    fit_progressed, fitted : (FitProgress), (FitRecord)
    fit_ended : (str)
        Nothing is being fitted any more; says why if that was not the person's wish.
    sampled : (SampleSnapshot)
    sampling_changed : (bool, str)
        Whether a sampler runs, and a note when it was started anew or ended by itself.
    progressed : (str, Progress)
    noticed : (error or text, str)
        What a person should read, and its source.
    settled : (str)
        The cause of notices with this source is gone.
    """

    structure_reported = Signal(object)
    inference_reported = Signal(object, bool)
    file_opened = Signal(object, object)
    data_loaded = Signal(object, object, bool)
    fit_progressed = Signal(object)
    fitted = Signal(object)
    fit_ended = Signal(str)
    sampled = Signal(object)
    sampling_changed = Signal(bool, str)
    progressed = Signal(str, object)
    noticed = Signal(object, str)
    settled = Signal(str)

    def __init__(self, document: Document, dispatcher: Dispatcher, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._dispatcher = dispatcher
        self.treewidth_seconds = 30.0  # how long an exact search may take
        self.report: InferenceReport | None = None
        self.structure: StructureReport | None = None  # about the graph in hand
        self.dataset: Any = None
        self.record: FitRecord | None = None  # the data's row of the table of fits
        self.reference: DataReference | None = None  # of the data in use
        self._wanted: DataReference | None = None  # data on their way
        self._arriving: Any = None
        self._adopting = False  # whether a person asked for them and the document does not name them yet
        self._opening = Path()
        self._sample: Sample | None = None
        self._pace: Pace | None = None
        self._due: set[str] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._derive)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._lose_patience)
        self._handlers: dict[tuple[str, type], Callable[[Any], None]] = {
            ("structure", Snapshot): self._structured,
            ("structure", Outcome): self._structured,
            ("structure", Failure): self._structure_failed,
            ("infer", Outcome): self._inferred,
            ("infer", Failure): self._not_inferred,
            ("file", Outcome): self._read,
            ("file", Failure): self._not_read,
            ("fit", Snapshot): self.fit_progressed.emit,
            ("fit", Outcome): self._fitted,
            ("fit", Failure): self._not_fitted,
            ("sample", Snapshot): self.sampled.emit,
            ("sample", Failure): self._not_sampled,
            ("warm", Failure): self._not_warmed,
        }
        document.changed.connect(self._follow)
        dispatcher.replied.connect(self._hear)

    @property
    def waiting(self) -> bool:
        """Whether an answer about the document in hand is still to come."""
        return bool(self._due) or any(self._dispatcher.busy(c) for c in ("structure", "infer", "file", "fit"))

    def close(self) -> None:
        """Ask for nothing more."""
        self._soon.stop()
        self._patience.stop()
        self._document.changed.disconnect(self._follow)

    # --- from the document to jobs -------------------------------------------------------------------------------

    @Slot(object, object)
    def _follow(self, before: Project | None, after: Project) -> None:
        fresh = before is None
        model = before is None or before.ugm is not after.ugm
        clamps = before is None or before.evidence != after.evidence
        evidence = clamps or (before is not None and before.soft != after.soft)  # hard or soft
        if fresh:
            self.report = None
            self.stop_fit()
            self.stop_sampling()
        if model or clamps or (before is not None and before.groups != after.groups):
            self._due.add("structure")
            self.structure = None
        if model or evidence or (before is not None and before.query != after.query):
            self._due.add("infer")
            self._patience.start()
        if model and self._dispatcher.busy("fit"):
            self._dispatcher.cancel("fit")
            self.fit_ended.emit("The model changed while it was being fitted, so the fit was stopped.")
        if model or evidence:
            self.settled.emit("sample")  # what ended a sampler was about the model before
        sampled = self._sample
        if sampled is not None and (model or evidence or _blocks(after, sampled.method) != sampled.blocks):
            self._due.add("sample")
        if after.data != self.reference and not self._adopting:
            self._due.add("data")
        elif self.record is not None and all(record.ugm is not None for record in after.fits):
            self._due.add("row")
        if self._due:
            # What was asked about the model before is answered no more.
            for channel in self._due & {"structure", "infer", "sample"}:
                self._dispatcher.cancel(channel)
            self._soon.start()

    @Slot()
    def _derive(self) -> None:
        due, self._due = self._due, set()
        project = self._document.project
        if "structure" in due:
            self._dispatcher.submit(
                "structure", AnalyseStructure(project.ugm, project.evidence, project.groups, self.treewidth_seconds)
            )
        if "infer" in due:
            self._dispatcher.submit("infer", Infer(project.ugm, project.evidence, project.query, project.soft))
        if "data" in due:
            self._load(project.data, adopting=False)
        if "row" in due and "data" not in due:
            self.data_loaded.emit(self.dataset, self.record, False)
        if "sample" in due and self._sample is not None:
            asked = self._sample
            event = {n: s for n, s in asked.event.items() if n in project.ugm and s < project.ugm.variable(n).n_states}
            watch = tuple(name for name in asked.watch if name in project.ugm)
            blocks = _blocks(project, asked.method)
            same = asked.ugm is project.ugm and asked.evidence == project.evidence and asked.soft == project.soft
            self._sample = Sample(
                project.ugm, project.evidence, asked.method, asked.seed, event, watch, project.soft, blocks
            )
            self._dispatcher.submit("sample", self._sample, self._pace)
            what = "The blocks changed" if same else "The model or the clamps changed"
            self.sampling_changed.emit(True, f"{what}: started again on the new {'blocks' if same else 'model'}.")

    @Slot()
    def _lose_patience(self) -> None:
        self.inference_reported.emit(self.report, True)

    def ask_again(self) -> None:
        """Ask once more for treewidth and marginals: what they may cost has changed."""
        self._due |= {"structure", "infer"}
        self._soon.start()

    # --- what people ask for -------------------------------------------------------------------------------------

    def open_file(self, path: Path) -> None:
        """Read any file."""
        self._opening = path
        self._adopting, self._wanted = False, None
        self._dispatcher.submit("file", OpenFile(path))

    @Slot(object)
    def open_data(self, reference: DataReference) -> None:
        """Read data for the document in hand."""
        self._load(reference, adopting=True)

    def take_data(self, dataset: Any, reference: DataReference) -> None:
        """Use data that were read as a file."""
        self._adopting, self._wanted = True, reference
        self._have_data(dataset)

    def _load(self, reference: DataReference | None, adopting: bool) -> None:
        self._adopting = adopting
        if not adopting:
            self.reference = reference
            self.dataset = self.record = None
            self.data_loaded.emit(None, None, False)
        if reference is None:
            return
        self._wanted = reference
        self._dispatcher.submit("file", LoadData(reference))

    def start_fit(self, job: Fit) -> None:
        """Fit a model to the data."""
        self._dispatcher.submit("fit", job)

    def stop_fit(self) -> None:
        """Stop fitting; the document stays as it is."""
        if self._dispatcher.busy("fit"):
            self._dispatcher.cancel("fit")
            self.fit_ended.emit("")

    def start_sampling(self, method: str, seed: int, event: dict[str, int], watch: tuple[str, ...], pace: Pace) -> None:
        """Run a sampler on the model in hand until it is stopped."""
        project = self._document.project
        self._sample = Sample(
            project.ugm, project.evidence, method, seed, event, watch, project.soft, _blocks(project, method)
        )
        self._pace = pace
        self._due.discard("sample")
        self._dispatcher.submit("sample", self._sample, pace)
        self.sampling_changed.emit(True, "")

    @property
    def sampling(self) -> bool:
        """Whether a sampler is there, paused or not."""
        return self._sample is not None

    def change_sampling(self, event: dict[str, int] | None = None, watch: tuple[str, ...] | None = None) -> None:
        """Count another event, which starts the sampler anew with the same seed; or watch other variables."""
        asked = self._sample
        if asked is None:
            return
        if watch is not None:
            self._sample = replace(asked, watch=watch)
        if event is not None and dict(event) != dict(asked.event):
            self._sample = replace(asked, event=event)
            self._dispatcher.submit("sample", self._sample, self._pace)
            self.sampling_changed.emit(True, "Counting another event: started again from the same seed.")

    def stop_sampling(self) -> None:
        """End the sampler."""
        if self._sample is not None:
            self._sample = None
            self._due.discard("sample")
            self._dispatcher.cancel("sample")
            self.sampling_changed.emit(False, "")

    def wake_sampler(self) -> None:
        """Let the sampler see that its pace changed."""
        self._dispatcher.wake("sample")

    @Slot()
    def warm(self) -> None:
        """Load the compiled kernels."""
        self._dispatcher.submit("warm", WarmKernels())

    @Slot(str)
    def stop(self, channel: str) -> None:
        """Stop what a channel does."""
        if channel == "fit":
            self.stop_fit()
        elif channel == "sample":
            self.stop_sampling()
        else:
            if channel == "file":
                self._adopting, self._wanted = False, None
            self._dispatcher.cancel(channel)

    # --- from replies to signals ---------------------------------------------------------------------------------

    @Slot(str, object)
    def _hear(self, channel: str, payload: Any) -> None:
        if isinstance(payload, Progress):
            self.progressed.emit(channel, payload)
            return
        handler = self._handlers.get((channel, type(payload)))
        if handler is not None:
            handler(payload if isinstance(payload, Failure) else payload.value)

    def _structured(self, report: StructureReport) -> None:
        self.structure = report
        self.structure_reported.emit(report)

    def _structure_failed(self, failure: Failure) -> None:
        self.noticed.emit(failure, "structure")

    def _inferred(self, report: InferenceReport) -> None:
        self.report = report
        self._patience.stop()
        self.inference_reported.emit(report, False)
        self.settled.emit("infer")

    def _not_inferred(self, failure: Failure) -> None:
        self.report = None
        self._patience.stop()
        self.inference_reported.emit(None, False)
        self.noticed.emit(failure, "infer")

    def _read(self, value: Any) -> None:
        if isinstance(value, FitRecord):
            self._have_row(value)
        elif self._wanted is not None:
            self._have_data(value)
        else:
            self.file_opened.emit(value, self._opening)

    def _not_read(self, failure: Failure) -> None:
        self._adopting, self._wanted = False, None
        self.noticed.emit(failure, "file")

    def _have_data(self, dataset: Any) -> None:
        self._arriving = dataset
        self._dispatcher.submit("file", DescribeData(dataset))

    def _have_row(self, record: FitRecord) -> None:
        adopting, self._adopting = self._adopting, False
        self.dataset, self.record, self.reference = self._arriving, record, self._wanted
        self._wanted = None
        self.settled.emit("file")
        self.data_loaded.emit(self.dataset, record, adopting)

    def _fitted(self, record: FitRecord) -> None:
        self.settled.emit("fit")
        self.fitted.emit(record)
        self.fit_ended.emit("")

    def _not_fitted(self, failure: Failure) -> None:
        self.noticed.emit(failure, "fit")
        self.fit_ended.emit("")

    def _not_sampled(self, failure: Failure) -> None:
        self._sample = None
        self.noticed.emit(failure, "sample")
        self.sampling_changed.emit(False, "")

    def _not_warmed(self, failure: Failure) -> None:
        self.noticed.emit(failure, "warm")
