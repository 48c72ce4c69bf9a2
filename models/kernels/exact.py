"""What must be compiled before exact inference runs at full speed?"""

from __future__ import annotations

from . import cliques, order, packing, places, program, scopes, tree

KERNELS = (
    *scopes.KERNELS,
    *order.KERNELS,
    *cliques.KERNELS,
    *places.KERNELS,
    *program.KERNELS,
    *packing.KERNELS,
    *tree.KERNELS,
)
