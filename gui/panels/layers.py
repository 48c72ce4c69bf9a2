"""How are whole layers, or whatever is selected, clamped at once?

A button per group of variables, buttons for the selection, and for the stacked RBM its size, its chains and the three
questions of the coursework.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.canvas import edits
from models.block_edits import layers_of
from models.examples import stacked_rbm_project
from models.project import Project

from .parts import ButtonGrid, Section, push_button, swatch

RBM_LAYERS = ("x", "z", "h", "y")
RBM_QUESTIONS = (("x", "h"), ("z", "y"), ("x", "z"))
_MIN_SIZE, _MAX_SIZE = 2, 6


def is_stacked_rbm(project: Project) -> bool:
    """Whether the project's groups are the layers of the stacked RBM, all of one size."""
    groups = layers_of(project)
    return tuple(g.name for g in groups) == RBM_LAYERS and len({len(g.members) for g in groups}) == 1


def clamp_layers(project: Project, layers: tuple[str, ...], state: int) -> edits.Edit | None:
    """Clamp exactly these layers and release everything else; a variable already clamped keeps its state."""
    members = [name for group in project.groups if group.name in layers for name in group.members]
    states = {name: project.evidence.get(name, min(state, project.ugm.variable(name).n_states - 1)) for name in members}
    if dict(project.evidence) == states and not project.soft:
        return None
    return edits.Edit(f"Clamp {' and '.join(layers)}", project.released().with_evidence(states))


def clamp_all(project: Project, names: tuple[str, ...], state: int) -> edits.Edit | None:
    """Clamp variables to a state, or to their last one where they have fewer."""
    return edits.clamp(project, {n: min(state, project.ugm.variable(n).n_states - 1) for n in names})


class LayersPanel(QWidget):
    """The box itself; hidden where there is nothing to clamp at once."""

    edited = Signal(str, object, object)
    fit_view_asked = Signal()
    menu_asked = Signal(str, QPoint)
    group_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = Project()
        self._selected: tuple[str, ...] = ()
        self._group_looks: tuple[tuple[str, int | None, bool], ...] = ()
        self._section = Section("Layers")
        self._size = QSpinBox()
        self._size.setRange(_MIN_SIZE, _MAX_SIZE)
        self._size.setAccessibleName("Variables in each layer")
        self._size.setToolTip("Variables in each layer of the stacked RBM")
        self._size.valueChanged.connect(self._resize)
        self._chains = QCheckBox("Chains")
        self._chains.setToolTip("Join the variables inside x and inside y one after the other")
        self._chains.toggled.connect(self._rejoin)
        self._questions = ButtonGrid()
        buttons: list[QAbstractButton] = []
        for layers in RBM_QUESTIONS:
            given = ", ".join(layers)
            tip = f"Clamp layers {given} and release the others"
            button: QAbstractButton = push_button(f"given {given}", tip, toggles=True)
            button.setProperty("layers", layers)
            button.clicked.connect(self._ask)
            buttons.append(button)
        self._questions.show_buttons(buttons, 3)
        self._state = QComboBox()
        self._state.setAccessibleName("State to clamp to")
        self._state.setToolTip(
            "The state that layers and selections are clamped to; a number from 0 where their labels differ"
        )
        self._groups = ButtonGrid()
        self._clamp = push_button("Clamp", "Clamp the selected variables (Ctrl+K)", "Clamp selected")
        self._clamp.clicked.connect(self.clamp_selection)
        self._release = push_button("Release", "Release the selected variables (Ctrl+Shift+K)", "Release selected")
        self._release.clicked.connect(self.release_selection)
        self._gather = push_button("Group…", "Gather the selected variables under a name (Ctrl+G)", "Group selected")
        self._gather.clicked.connect(self.group_asked)
        self._release_all = push_button("Release all", "Release every clamped variable (Ctrl+Shift+C)")
        self._release_all.clicked.connect(self.release_all)
        self._lay_out()

    def _lay_out(self) -> None:
        self._rbm = QWidget()
        size = QHBoxLayout()
        size.addWidget(QLabel("Per layer"))
        size.addWidget(self._size)
        size.addStretch(1)
        size.addWidget(self._chains)
        rbm = QVBoxLayout(self._rbm)
        rbm.setContentsMargins(0, 0, 0, 0)
        rbm.addLayout(size)
        rbm.addWidget(self._questions)
        self._layer_row = QWidget()
        layers = QVBoxLayout(self._layer_row)
        layers.setContentsMargins(0, 0, 0, 0)
        layers.addWidget(self._groups)
        state = QHBoxLayout()
        state.addWidget(QLabel("To state"))
        state.addWidget(self._state)
        state.addStretch(1)
        state.addWidget(self._release_all)
        selection = QHBoxLayout()
        selection.addWidget(QLabel("Selected"))
        selection.addWidget(self._clamp)
        selection.addWidget(self._release)
        selection.addWidget(self._gather)
        body = self._section.body
        body.addWidget(self._rbm)
        body.addWidget(self._layer_row)
        body.addLayout(state)
        body.addLayout(selection)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._section)

    # --- what comes in -------------------------------------------------------------------------------------------

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Show the groups and which of them are clamped."""
        self._project = after
        self._selected = tuple(name for name in self._selected if name in after.ugm)
        rbm = is_stacked_rbm(after)
        self._rbm.setVisible(rbm)
        self._layer_row.setVisible(bool(after.groups))
        self._section.set_title("Layers" if after.groups else "Clamp several")
        if rbm:
            members = after.groups[0].members
            inside = any(a in members and b in members for a, b in after.ugm.edges)
            with QSignalBlocker(self._size), QSignalBlocker(self._chains):
                self._size.setValue(len(members))
                self._chains.setChecked(inside)
            self._show_question()
        self._show_groups()
        self._show_states()
        self._show_selection()

    @Slot(object)
    def show_selection(self, names: tuple[str, ...]) -> None:
        """Take the selected variables."""
        self._selected = names
        self._show_states()
        self._show_selection()

    def _show_question(self) -> None:
        """Check the button whose layers are clamped, and nothing else is."""
        clamped = self._clamped_groups()
        n_members = sum(len(group.members) for group in self._project.groups if group.name in clamped)
        exact = n_members == len(self._project.evidence)
        for button in self._questions.buttons:
            button.setChecked(exact and set(button.property("layers")) == clamped)

    def _clamped_groups(self) -> set[str]:
        evidence = self._project.evidence
        return {g.name for g in self._project.groups if all(name in evidence for name in g.members)}

    def _show_groups(self) -> None:
        looks = tuple((group.name, group.colour, group.block) for group in self._project.groups)
        if looks != self._group_looks:
            self._group_looks = looks
            buttons: list[QAbstractButton] = []
            for name, colour, block in looks:
                button: QAbstractButton = push_button(
                    f"{name} ▣" if block else name,
                    f"Clamp layer {name}; press again to release. Right-click to colour, rename or change it",
                    f"Clamp layer {name}",
                    toggles=True,
                )
                button.setMinimumWidth(30)
                if colour is not None:
                    states = theme.current().states
                    button.setIcon(swatch(states[colour % len(states)]))
                button.setProperty("layer", name)
                button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
                button.customContextMenuRequested.connect(self._ask_menu)
                button.clicked.connect(self._toggle_group)
                buttons.append(button)
            self._groups.show_buttons(buttons, min(max(len(buttons), 1), 4))
        clamped = self._clamped_groups()
        for button in self._groups.buttons:
            button.setChecked(button.property("layer") in clamped)

    def _show_states(self) -> None:
        ugm = self._project.ugm
        names = self._selected or ugm.names
        labels = {ugm.variable(name).labels for name in names}
        n = max(map(len, labels), default=1)
        shown = list(*labels) if len(labels) == 1 else [str(state) for state in range(n)]
        if [self._state.itemText(k) for k in range(self._state.count())] != shown:
            kept = self._state.currentIndex()
            with QSignalBlocker(self._state):
                self._state.clear()
                self._state.addItems(shown)
                self._state.setCurrentIndex(min(max(kept, 0), n - 1))

    def _show_selection(self) -> None:
        evidence = self._project.evidence
        self._clamp.setEnabled(bool(self._selected))
        self._gather.setEnabled(bool(self._selected))
        soft = self._project.soft
        self._release.setEnabled(any(name in evidence or name in soft for name in self._selected))
        self._release_all.setEnabled(bool(evidence or soft))

    # --- what goes out -------------------------------------------------------------------------------------------

    def _send(self, edit: edits.Edit | None) -> None:
        if edit is not None:
            self.edited.emit(edit.text, edit.after, edit.merge_key)

    @Slot(QPoint)
    def _ask_menu(self, at: QPoint) -> None:
        button = self.sender()
        if isinstance(button, QAbstractButton):
            self.menu_asked.emit(button.property("layer"), button.mapToGlobal(at))

    @property
    def state_label(self) -> str:
        """What the state that several variables are clamped to is called."""
        return self._state.currentText()

    @property
    def state(self) -> int:
        """The state that several variables are clamped to."""
        return max(self._state.currentIndex(), 0)

    @Slot()
    def clamp_selection(self) -> None:
        """Clamp the selected variables."""
        self._send(clamp_all(self._project, self._selected, self.state))

    @Slot()
    def release_selection(self) -> None:
        """Release the selected variables."""
        self._send(edits.release(self._project, self._selected))

    @Slot()
    def release_all(self) -> None:
        """Release everything."""
        if self._project.evidence or self._project.soft:
            self.edited.emit("Release all", self._project.released(), None)

    @Slot(str)
    def toggle_group(self, name: str) -> None:
        """Clamp a group, or release it if all of it is clamped."""
        members = next((g.members for g in self._project.groups if g.name == name), ())
        if name in self._clamped_groups():
            self._send(edits.release(self._project, members))
        else:
            edit = clamp_all(self._project, tuple(n for n in members if n not in self._project.evidence), self.state)
            if edit is not None:
                self.edited.emit(f"Clamp layer {name}", edit.after, None)

    @Slot()
    def _toggle_group(self) -> None:
        self.toggle_group(self.sender().property("layer"))

    @Slot()
    def _ask(self) -> None:
        layers = tuple(self.sender().property("layers"))
        self._send(clamp_layers(self._project, layers, self.state))
        self._show_question()

    @Slot()
    def _resize(self) -> None:
        self._rebuild("stacked-rbm-size")  # spinning through sizes is one edit

    @Slot()
    def _rejoin(self) -> None:
        self._rebuild(None)

    def _rebuild(self, merge_key: str | None) -> None:
        n, chains = self._size.value(), self._chains.checkState() is Qt.CheckState.Checked
        what = f"Stacked RBM of {n} per layer" + (" with chains" if chains else " without chains")
        layers = self._clamped_groups()
        after = stacked_rbm_project(n, chains)
        if layers:
            edit = clamp_layers(after, tuple(name for name in RBM_LAYERS if name in layers), self.state)
            after = edit.after if edit is not None else after
        self.edited.emit(what, after, merge_key)
        self.fit_view_asked.emit()
