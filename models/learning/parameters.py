"""How do the tables of a model lie in one vector of weights, and what do the data say about each entry?

For p(x) = exp(sum_S w_S(x_S)) / Z there is one weight per table entry; tables lie end to end, each in row-major order.
The data enter only through the share of rows in each entry's cell: the sufficient statistics. Rows are compressed to
different ones with their total weight first, so that repeated rows cost nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.factor import Factor, Floats
from models.steps import Steps
from models.ugm import UGM, Variable

from .scopes import Scope, check_size

if TYPE_CHECKING:
    from models.dataset import Dataset

_SLOW = 1 << 19  # rows to count in one slice


def layout(sizes: Sequence[int]) -> list[slice]:
    """Return the part of the vector that belongs to each of several tables of the given numbers of entries."""
    ends = list(accumulate(sizes))
    return [slice(a, b) for a, b in zip([0, *ends], ends, strict=False)]


class Parameters:
    """The weights of a model's tables and their sufficient statistics; `parameters_steps` makes them from data.

    Parameters
    ----------
    variables : sequence of Variable
    scopes : sequence of tuple of str
        As returned by `scopes_of`.
    statistics : ndarray, shape (n_weights,)
        Share of the data's weight in each cell; each table sums to one.

    Attributes
    ----------
    axes : tuple of tuple of int
        The scopes as column numbers.
    shapes : tuple of tuple of int
        Of the tables.
    parts : tuple of slice
        Of the weight vector, one per table.
    empty : ndarray of bool, shape (n_weights,)
        Cells that never occur in the data.
    """

    def __init__(self, variables: Sequence[Variable], scopes: Sequence[Scope], statistics: Floats) -> None:
        self.variables = tuple(variables)
        self.scopes = tuple(scopes)
        self.axes, self.shapes = _axes_and_shapes(variables, scopes)
        self.parts = tuple(layout([prod(shape) for shape in self.shapes]))
        self.statistics = statistics
        self.empty: NDArray[np.bool_] = statistics == 0.0

    @property
    def n_empty(self) -> int:
        """Number of cells that never occur in the data."""
        return int(np.count_nonzero(self.empty))

    def ugm(self, weights: Floats) -> UGM:
        """Return the model with the given weights as log tables."""
        tables = zip(self.scopes, self.parts, self.shapes, strict=True)
        return UGM(self.variables, [Factor(scope, weights[part].reshape(shape)) for scope, part, shape in tables])


def parameters_steps(dataset: Dataset, scopes: Sequence[Scope]) -> Steps[Parameters]:
    """Count the data into the cells of every table, in slices.

    Raises
    ------
    TooLargeError
        The tables have too many entries; see `scopes.MAX_WEIGHTS`.
    """
    check_size({variable.name: variable.n_states for variable in dataset.variables}, scopes)
    yield None
    rows, weights = dataset.distinct()
    yield None
    shares, columns = weights / weights.sum(), np.ascontiguousarray(rows.T)
    tables = []
    for axes, shape in zip(*_axes_and_shapes(dataset.variables, scopes), strict=True):
        cells = np.ravel_multi_index(tuple(columns[a] for a in axes), shape)
        tables.append(np.bincount(cells, weights=shares, minlength=prod(shape)))
        if len(shares) * len(tables) % _SLOW < len(shares):
            yield None
    return Parameters(dataset.variables, scopes, np.concatenate(tables))


def _axes_and_shapes(
    variables: Sequence[Variable], scopes: Sequence[Scope]
) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
    place = {variable.name: i for i, variable in enumerate(variables)}
    axes = tuple(tuple(place[name] for name in scope) for scope in scopes)
    return axes, tuple(tuple(variables[a].n_states for a in scope) for scope in axes)
