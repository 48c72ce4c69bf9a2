"""What must be compiled before exact inference runs at full speed?"""

from __future__ import annotations

from . import forest, order, packing, planning, scopes, small, tree

KERNELS = (
    *scopes.KERNELS,
    *order.KERNELS,
    *planning.KERNELS,
    *packing.KERNELS,
    *tree.KERNELS,
    *forest.KERNELS,
    *small.KERNELS,
)
