"""What must be compiled before exact inference runs at full speed?"""

from __future__ import annotations

from . import cliques, forest, order, packing, places, program, scopes, small, sums, tree

KERNELS = (
    *scopes.KERNELS,
    *order.KERNELS,
    *cliques.KERNELS,
    *places.KERNELS,
    *program.KERNELS,
    *sums.KERNELS,
    *packing.KERNELS,
    *tree.KERNELS,
    *forest.KERNELS,
    *small.KERNELS,
)
