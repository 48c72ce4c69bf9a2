"""Is there compiled code to run, and how is it made while the window already answers?

Kernels live in the modules named in `PARTS`; each defines `KERNELS`, a tuple of `Lazy`. The worker of the window runs
`warm_steps` once; until a part is ready, algorithms answer with NumPy. A script never warms anything: `wanted` compiles
a part when the work is large enough to pay for it.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from importlib import import_module

from models.errors import CancelToken
from models.steps import Progress

from .lazy import Lazy, kernel

__all__ = ["PARTS", "Lazy", "kernel", "kernels_of", "problem", "ready", "wanted", "warm", "warm_steps"]

PARTS: tuple[str, ...] = ("exact", "gibbs", "draws", "decision", "maxima", "reduction", "hitting", "tree_gibbs")
"""Modules of this package that define KERNELS, in the order in which they are compiled."""

ON_DEMAND = float(1 << 18)
"""Table entries above which a script waits for the compiler rather than compute with NumPy."""

_ready: set[str] = set()
_warming = threading.Event()  # somebody compiles in slices: nobody else should block on it
_problem: list[str] = []


def kernels_of(part: str) -> tuple[Lazy, ...]:
    """Return the kernels of one part that are called from Python; others are compiled inside them."""
    kernels: tuple[Lazy, ...] = import_module(f".{part}", __name__).KERNELS
    return kernels


def ready(part: str | None = None) -> bool:
    """Whether every kernel of a part (None: of all parts) runs as machine code in this process."""
    if part is None:
        return all(ready(name) for name in PARTS)
    if part in _ready:
        return True
    if all(k.compiled for k in kernels_of(part)):
        _ready.add(part)
        return True
    return False


def wanted(part: str, n_entries: float) -> bool:
    """Whether work of a given size should run compiled, compiling first where that pays.

    Parameters
    ----------
    part : str
        One of `PARTS`.
    n_entries : float
        Table entries, or other units of a few nanoseconds each.

    Returns
    -------
    bool
        True when the kernels of the part are ready. Blocks for their compilation if the work exceeds `ON_DEMAND` and
        nobody is warming the kernels in slices already.
    """
    if ready(part):
        return True
    if n_entries <= ON_DEMAND or _warming.is_set() or _problem:
        return False
    try:
        for one in kernels_of(part):
            one.compile()
    except ImportError as error:
        _problem.append(str(error))
        return False
    return ready(part)


def problem() -> str | None:
    """Return why nothing can be compiled here; None when all is well."""
    return _problem[0] if _problem else None


def warm_steps() -> Generator[Progress, None, None]:
    """Compile or load every kernel, one per slice.

    Yields
    ------
    Progress
        Before each kernel. A machine without a working Numba ends the run early, without an error; see `problem`.
    """
    _warming.set()
    kernels = [one for part in PARTS for one in kernels_of(part) if not one.compiled]
    text = "Compiling exact inference and samplers, first start only"
    try:
        yield Progress(0, len(kernels) + 1, "Loading the compiler")
        import numba  # noqa: F401 - a quarter of a second, which deserves a slice of its own

        for done, one in enumerate(kernels, start=1):
            yield Progress(done, len(kernels) + 1, text)
            one.compile()
    except ImportError as error:
        _problem.append(str(error))
    finally:
        _warming.clear()


def warm(cancel: CancelToken | None = None) -> None:
    """Compile or load every kernel and return when done; the token is checked between kernels."""
    for _ in warm_steps():
        if cancel is not None:
            cancel.check()
