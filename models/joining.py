"""Which edges join every two of some variables?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from .errors import ModelError
from .project import Project
from .ugm import UGM

MOST_JOINED = 1000  # edges that one edit makes


def joined(project: Project, names: Sequence[str]) -> tuple[Project, int]:
    """Join every two of some variables that no factor joins yet; return the document and how many edges are new.

    Raises
    ------
    ModelError
        Fewer than two variables, all of them joined already, or more than `MOST_JOINED` edges.
    """
    chosen = sorted(set(names), key=project.ugm.index)
    if len(chosen) < 2:
        raise ModelError("An edge joins two variables. Select two or more, or one and then choose the other.")
    among = set(chosen)
    present = {edge for edge in project.ugm.edges if among.issuperset(edge)}
    n_missing = len(chosen) * (len(chosen) - 1) // 2 - len(present)
    if n_missing == 0:
        who = f"{chosen[0]} and {chosen[1]}" if len(chosen) == 2 else f"These {len(chosen)} variables"
        raise ModelError(f"{who} are joined already. Edit their factor instead.")
    if n_missing > MOST_JOINED:
        raise ModelError(
            f"Joining {len(chosen)} variables with each other makes {n_missing:,} edges; {MOST_JOINED:,} are allowed "
            "at once. Select fewer variables."
        )
    missing = [pair for pair in combinations(chosen, 2) if pair not in present]  # both are in model order
    ugm = project.ugm
    pairs = [UGM([ugm.variable(a), ugm.variable(b)]).with_edge(a, b) for a, b in missing]
    new = [pair.factors[0] for pair in pairs]
    return replace(project, ugm=UGM(ugm.variables, (*ugm.factors, *new))), n_missing
