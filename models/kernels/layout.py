"""How are cliques and operations laid out in flat integer arrays?

Within a clique of up to 62 variables an array's scope is a bit mask: bit i is the clique's i-th variable by
elimination position. Tables are laid out with bit 0 fastest. The residual variables of a clique, which are eliminated
there, are its lowest bits, so its table is a matrix: separator states by residual states.

Nodes are arrays: factors 0 .. F-1, then the message of each clique (in its parent's bits), then the table of each
clique, then intermediate products.
"""

from __future__ import annotations

CLIQUE = 14
"""Numbers for each clique; their places follow. Products from STREAM to UP_END, none as a rule, are those of a table
that is never stored, but made again block by block where it is read: BLOCK_AXES are the fastest axes, which a block
spans, and TABLE is where a block goes."""
TABLE, ROWS, COLUMNS, MESSAGE, AXES, WIDTH, RESIDUALS, PARENT, UP, STREAM, UP_END, DOWN, DOWN_END, BLOCK_AXES = range(
    CLIQUE
)

UP_OP = 9
"""Numbers for each product: the nodes of target and operands, then place and mask of each; an operand -1 stands for the
number one. All that a product needs lies together: looking it up by node would cost more than a small product."""

DOWN_OP = 6
"""Numbers for each sum; their places follow."""
KIND, SOURCE, SOURCE_MASK, TARGET, TARGET_MASK, CHILD = range(DOWN_OP)
SUM, DIVIDE, SUM_BLOCKS = range(3)
"""Kinds: sum an array onto fewer axes; divide a separator's probabilities by the message that came up through it; sum a
table that is not stored."""

SMALL = 4096
"""Entries up to which small operands are multiplied together before they meet a large one."""
