"""What does a project file look like, field by field?

Version 1. The file is one JSON object in UTF-8. Names and labels are always text, so a variable called 1 stays a text.
Log tables are flat, last variable of the scope fastest; numbers are written with the fewest digits that give the same
float back, and null stands for minus infinity. Evidence and query name states by label: a label says what was meant
even to somebody who edits the states by hand, and a label that is gone is noticed, where a number would silently mean
another state. Likelihoods of soft evidence are one number for each state, in the order of the labels. Fields that this
version does not know are named to whoever opens the file, and lost when it is saved from here.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

FORMAT = "clique-project"
VERSION = 1

# JSON has no infinities; a fit that went wrong may hold them.
Number = float | Literal["nan", "inf", "-inf"]


class Head(msgspec.Struct):
    """What is looked at before anything else."""

    format: str
    version: int


class VariableRow(msgspec.Struct):
    """A variable; `position` is its place on the canvas, x to the right and y down, in pixels at 100 %."""

    name: str
    labels: list[str]
    position: tuple[float, float] = (0.0, 0.0)


class PlainVariableRow(msgspec.Struct):
    """A variable of a fitted model, which has no place on the canvas."""

    name: str
    labels: list[str]


class FactorRow(msgspec.Struct):
    """A factor; as many entries as the states of its scope give joint states."""

    scope: list[str]
    log_table: list[float | None]


class GroupRow(msgspec.Struct, omit_defaults=True):
    """A named set of variables; `colour` counts through the palette's, `block` is for samplers that work in blocks."""

    name: str
    members: list[str]
    colour: int | None = None
    block: bool = False


class EvidenceSetRow(msgspec.Struct, omit_defaults=True):
    """Evidence kept under a name."""

    name: str
    evidence: dict[str, str] = {}
    soft: dict[str, list[float]] = {}


class DataRow(msgspec.Struct):
    """Where the data come from, and the options they are read with."""

    source: str
    options: dict[str, Any] = {}


class ModelRow(msgspec.Struct):
    """A fitted model."""

    variables: list[PlainVariableRow]
    factors: list[FactorRow]


class FitRow(msgspec.Struct):
    """A row of the table of fits; `decoding` and `event` are state numbers from 0, in the order of `names`."""

    label: str
    names: list[str]
    nll: Number
    decoding: list[int]
    event: list[int]
    p_first: Number
    p_event: Number
    p_last_given_rest: Number
    n_edges: int | None = None
    n_parameters: int | None = None
    p_event_drawn: Number | None = None
    n_drawn: int = 0
    seconds: Number = 0.0
    optimizer: str = ""
    converged: bool = True
    message: str = ""
    model: ModelRow | None = None
    trace: list[Number] = []


class ProjectRow(msgspec.Struct):
    """The whole file.

    `arcs`, parent and child, is there when the model came from a Bayesian network. `ties` are lists of scopes: factors
    that share one table.
    """

    format: str
    version: int
    title: str = ""
    variables: list[VariableRow] = []
    factors: list[FactorRow] = []
    evidence: dict[str, str] = {}
    query: dict[str, str] = {}
    groups: list[GroupRow] = []
    data: DataRow | None = None
    fits: list[FitRow] = []
    arcs: list[tuple[str, str]] = []
    soft: dict[str, list[float]] = {}
    evidence_sets: list[EvidenceSetRow] = []
    ties: list[list[list[str]]] = []
