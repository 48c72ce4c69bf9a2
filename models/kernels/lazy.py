"""How does a function become compiled code without anybody waiting for the compiler?

A `Lazy` is a plain function together with the machine-code version that `compile` makes of it, or loads from the cache
on disk. Numba is imported by `compile` alone, so importing a module of kernels costs nothing.

Rules for a kernel:

- It is written in the part of Python that Numba compiles in nopython mode, and called with arrays of exactly the types
  of its signature: C-contiguous, writable ("float64[::1]" refuses a read-only array).
- It releases the interpreter lock while it runs. A long one takes the `flag` of a `CancelToken` (uint8[::1]), and polls
  it.
- It may call other kernels of its own file. Not of another file: the cache on disk is renewed when the file of the
  kernel changes, and would not notice a change elsewhere.
- Sums may be reassociated and products contracted into sums, unless the kernel is strict. NaN and infinities keep their
  meaning.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Reassociation lets sums use vector registers. "nnan" and "ninf" stay out: minus infinity is a log potential.
FAST_MATH = {"reassoc", "contract", "nsz"}

_lock = threading.RLock()


class Lazy:
    """A function that runs interpreted until it has been compiled.

    Parameters
    ----------
    function : callable
        Plain Python within the subset that Numba compiles.
    signature : str, optional
        Argument and result types in Numba's notation, for instance ``"void(float64[::1], int64)"``. None for a helper
        that only other kernels of its file call; it is compiled as part of them.
    inline : bool
        Insert the helper's code into its callers.
    strict : bool
        Round every operation as Python does, so that the compiled function agrees with it bit for bit.

    Notes
    -----
    Calling an uncompiled kernel runs the plain function: the same answer, slowly, and never a wait. Callers that have a
    better way without the compiler ask `compiled` (or `models.kernels.ready`) first.
    """

    def __init__(
        self, function: Callable[..., Any], signature: str | None = None, *, inline: bool = False, strict: bool = False
    ) -> None:
        self.__wrapped__ = function
        self.__name__ = function.__name__
        self.__doc__ = function.__doc__
        self.signature = signature
        self._inline = inline
        self._strict = strict
        self._dispatcher: Any = None
        self._machine: Callable[..., Any] | None = None

    def __repr__(self) -> str:
        return f"<kernel {self.__name__}, {'compiled' if self.compiled else 'not compiled'}>"

    def __call__(self, *arguments: Any) -> Any:
        """Run the machine code if there is any, else the plain function."""
        machine = self._machine
        return self.__wrapped__(*arguments) if machine is None else machine(*arguments)

    @property
    def compiled(self) -> bool:
        """Whether calls run machine code."""
        return self._machine is not None

    def compile(self) -> None:
        """Load the machine code from the cache on disk, or make it; blocks for up to a few seconds the first time.

        Raises
        ------
        ImportError
            There is no Numba, or it does not work here.
        """
        if self._machine is not None or self.signature is None:
            return
        with _lock:
            if self._machine is None:
                dispatcher = self._load(cached=True)
                self._machine = dispatcher

    def _load(self, cached: bool) -> Any:
        try:
            dispatcher = self._make(cached)
            dispatcher.compile(self.signature)
        except (OSError, EOFError, RuntimeError, ValueError, AttributeError):
            # A cache that cannot be written, or was cut short by a crash, is no reason to go without the kernel.
            if not cached:
                raise
            return self._load(cached=False)
        dispatcher.disable_compile()
        return dispatcher

    def _make(self, cached: bool) -> Any:
        import numba

        choose_cache(numba)
        options: dict[str, Any] = {"nogil": True, "cache": cached and self.signature is not None}
        if not self._strict:
            options["fastmath"] = FAST_MATH
        if self._inline:
            options["inline"] = "always"
        return numba.njit(**options)(self.__wrapped__)

    @property
    def _numba_type_(self) -> Any:
        """What Numba sees where another kernel names this one: a function it can compile and call."""
        with _lock:
            if self._dispatcher is None:
                self._dispatcher = self._make(cached=False)
        return self._dispatcher._numba_type_


def kernel(
    signature: str | None = None, *, inline: bool = False, strict: bool = False
) -> Callable[[Callable[..., Any]], Lazy]:
    """Decorate a function as a kernel; see `Lazy`."""
    return lambda function: Lazy(function, signature, inline=inline, strict=strict)


def choose_cache(numba: Any) -> None:
    """Let compiled code be kept in the user's cache folder, unless NUMBA_CACHE_DIR says where."""
    if numba.config.CACHE_DIR:
        return
    from platformdirs import user_cache_path

    folder = user_cache_path("clique", appauthor=False) / "numba"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return
    if os.access(folder, os.W_OK):
        numba.config.CACHE_DIR = str(Path(folder))
