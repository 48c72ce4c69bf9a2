"""Which families of graphs can be made, with which numbers, and what is known of them beforehand?

`GENERATORS` is one table: the window builds its gallery and its fields from it, and a script can make a whole document
by `make_project("lattice", rows=4, columns=5)`. Sizes and treewidths are by formula, before anything is made; where no
formula is known, None is said rather than a bound.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from models.errors import ModelError
from models.factor import Factor
from models.project import Project
from models.steps import Steps, drain
from models.ugm import Variable

from .sketch import Size, Sketch, check_size, model_steps, project_steps

Value = int | float | bool | str
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number or a choice that a generator takes.

    Attributes
    ----------
    key : str
        Its name as an argument.
    label : str
        Its name for a person.
    kind : "int", "float", "bool" or "text"
    default : value
    low, high, step : float
        Of a number.
    tip : str
        One line: what it does.
    slides : bool
        Whether it is best set by a slider.
    """

    key: str
    label: str
    kind: Literal["int", "float", "bool", "text"]
    default: Value
    low: float = 0.0
    high: float = 0.0
    step: float = 1.0
    tip: str = ""
    slides: bool = False

    def checked(self, value: Any) -> Value:
        """Return a value as its own kind.

        Raises
        ------
        ModelError
            It is of another kind or out of range.
        """
        if self.kind == "text":
            return str(value)
        if self.kind == "bool":
            return bool(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ModelError(f"{self.label}: {value!r} is not a number. Give one from {self.low:g} to {self.high:g}.")
        if self.kind == "int" and value != int(value):
            raise ModelError(f"{self.label}: {value:g} is not a whole number.")
        if not self.low <= value <= self.high:
            raise ModelError(
                f"{self.label}: {value:g} is out of range. Give a number from {self.low:g} to {self.high:g}."
            )
        return int(value) if self.kind == "int" else float(value)


@dataclass(frozen=True, slots=True)
class Generator:
    """A family of graphs.

    Attributes
    ----------
    key : str
    name, sentence : str
        For a person: what it is, and what is worth knowing about it.
    parameters : tuple of Parameter
    example : mapping
        Values whose graph is small enough for a picture in a gallery.
    sketch : function of the values
        The graph with places; cheap.
    variables : function of (values, sketch)
    tables : function of (values, sketch)
        Yields the factors.
    size : function of the values
        By formula.
    treewidth : function of the values
        By formula: the number, and why; None where none is known.
    title : function of the values
        Of the document.
    """

    key: str
    name: str
    sentence: str
    parameters: tuple[Parameter, ...]
    example: Values
    sketch: Callable[[Values], Sketch]
    variables: Callable[[Values, Sketch], list[Variable]]
    tables: Callable[[Values, Sketch], Iterator[Factor]]
    size: Callable[[Values], Size]
    treewidth: Callable[[Values], tuple[int, str] | None]
    title: Callable[[Values], str]

    def values(self, given: Values | None = None) -> dict[str, Value]:
        """Return all values, the given ones checked and the others at their defaults.

        Raises
        ------
        ModelError
            A value is unknown, of another kind, or out of range.
        """
        asked = dict(given or {})
        made = {p.key: p.checked(asked.pop(p.key, p.default)) for p in self.parameters}
        if asked:
            known = ", ".join(p.key for p in self.parameters)
            raise ModelError(f"{self.name} takes no {', '.join(asked)}. It takes {known}.")
        return made


def generator(key: str) -> Generator:
    """Return a generator by its key; ModelError when there is none."""
    from .table import GENERATORS

    for each in GENERATORS:
        if each.key == key:
            return each
    raise ModelError(f'There is no generator "{key}". There are {", ".join(each.key for each in GENERATORS)}.')


def sketch_of(key: str, values: Values | None = None) -> Sketch:
    """Return the graph alone, which is quick; ModelError or TooLargeError as for `make_project`."""
    family = generator(key)
    all_values = family.values(values)
    check_size(family.size(all_values))
    return family.sketch(all_values)


def make_project_steps(key: str, values: Values | None = None) -> Steps[Project]:
    """Make a document of a family in slices; see `make_project`."""
    family = generator(key)
    all_values = family.values(values)
    check_size(family.size(all_values))
    sketch = family.sketch(all_values)
    yield None
    ugm = yield from model_steps(family.variables(all_values, sketch), family.tables(all_values, sketch))
    return (yield from project_steps(sketch, ugm, family.title(all_values)))


def make_project(key: str, **values: Any) -> Project:
    """Return a document of a family of graphs, with places, layers and arcs where it has them.

    Parameters
    ----------
    key : str
        "chain", "cycle", "star", "tree", "lattice", "complete", "bipartite", "rbm", "stacked_rbm", "ising", "potts",
        "random", "convolution" or "residual"; see `GENERATORS`.
    **values
        The family's parameters; those not given have their defaults.

    Raises
    ------
    ModelError
        An unknown family or parameter, or a value out of range.
    TooLargeError
        More than 20,000 variables, 100,000 edges or 4 million table entries.
    """
    return drain(make_project_steps(key, values))
