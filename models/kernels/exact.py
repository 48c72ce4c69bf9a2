"""What must be compiled before exact inference runs at full speed?"""

from __future__ import annotations

from . import cliques, packing, program, tree

KERNELS = (*cliques.KERNELS, *program.KERNELS, *packing.KERNELS, *tree.KERNELS)
