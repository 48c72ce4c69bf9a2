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
from models.ugm import UGM, Variable

from .scopes import Scope

if TYPE_CHECKING:
    from models.dataset import Dataset


def layout(sizes: Sequence[int]) -> list[slice]:
    """Return the part of the vector that belongs to each of several tables of the given numbers of entries."""
    ends = list(accumulate(sizes))
    return [slice(a, b) for a, b in zip([0, *ends], ends, strict=False)]


class Parameters:
    """The weights of a model's tables and their sufficient statistics.

    Parameters
    ----------
    dataset : Dataset
    scopes : sequence of tuple of str
        As returned by `scopes_of`.

    Attributes
    ----------
    variables : tuple of Variable
    scopes : tuple of tuple of str
    axes : tuple of tuple of int
        The scopes as column numbers.
    shapes : tuple of tuple of int
        Of the tables.
    parts : tuple of slice
        Of the weight vector, one per table.
    statistics : ndarray, shape (n_weights,)
        Share of the data's weight in each cell; each table sums to one.
    empty : ndarray of bool, shape (n_weights,)
        Cells that never occur in the data.
    """

    def __init__(self, dataset: Dataset, scopes: Sequence[Scope]) -> None:
        self.variables: tuple[Variable, ...] = dataset.variables
        self.scopes = tuple(scopes)
        self.axes = tuple(tuple(dataset.index(name) for name in scope) for scope in scopes)
        n_states = dataset.n_states
        self.shapes = tuple(tuple(n_states[a] for a in axes) for axes in self.axes)
        self.parts = tuple(layout([prod(shape) for shape in self.shapes]))
        rows, weights = dataset.distinct()
        shares, columns = weights / weights.sum(), rows.T
        tables = []
        for axes, shape in zip(self.axes, self.shapes, strict=True):
            cells = np.ravel_multi_index(tuple(columns[a] for a in axes), shape)
            tables.append(np.bincount(cells, weights=shares, minlength=prod(shape)))
        self.statistics: Floats = np.concatenate(tables)
        self.empty: NDArray[np.bool_] = self.statistics == 0.0

    @property
    def n_empty(self) -> int:
        """Number of cells that never occur in the data."""
        return int(np.count_nonzero(self.empty))

    def ugm(self, weights: Floats) -> UGM:
        """Return the model with the given weights as log tables."""
        tables = zip(self.scopes, self.parts, self.shapes, strict=True)
        return UGM(self.variables, [Factor(scope, weights[part].reshape(shape)) for scope, part, shape in tables])
