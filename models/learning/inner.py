"""How are inner products of weight vectors taken?

Not through BLAS: on vectors of a few thousand entries its threads cost more than they save, and with another busy
process beside them the same fit took 80 times as long. The window forces one thread at start-up; a script has no such
head.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def inner(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the inner product of two vectors of one length, in a plain loop on this thread."""
    return float(np.einsum("i,i->", a, b))
