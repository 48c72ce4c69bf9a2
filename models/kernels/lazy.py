"""How does a function become compiled code without anybody waiting for the compiler?

A `Lazy` is a plain function together with the machine-code version that `compile` makes of it, or loads from the cache
on disk. Numba is imported by `compile` alone, so importing a module of kernels costs nothing.

Rules for a kernel:

- It is written in the part of Python that Numba compiles in nopython mode, and called with arrays of exactly the types
  of its signature: C-contiguous, writable ("float64[::1]" refuses a read-only array).
- It releases the interpreter lock while it runs. A long one takes the `flag` of a `CancelToken` (uint8[::1]), and polls
  it.
- It may call other kernels.
- Sums may be reassociated and products contracted into sums, unless the kernel is strict. NaN and infinities keep their
  meaning.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

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

    def scalar(self, *arguments: Any) -> Any:
        """Run the kernel on integer arrays; uncompiled, on lists, which Python indexes three times as fast.

        Only for kernels that do no more with an array than index it and take its length. Lists in a tuple that such a
        kernel returns become arrays.
        """
        if self._machine is not None:
            return self._machine(*arguments)
        lists = [a.tolist() if isinstance(a, np.ndarray) else a for a in arguments]
        result = self.__wrapped__(*lists)
        for array, values in zip(arguments, lists, strict=True):
            if isinstance(array, np.ndarray) and len(array):
                array[:] = values
        return tuple(map(_array, result)) if isinstance(result, tuple) else result

    @property
    def compiled(self) -> bool:
        """Whether calls run machine code."""
        return self._machine is not None

    @property
    def cached(self) -> bool:
        """Whether `compile` is likely to find the machine code on disk, and so to take a moment only."""
        if self._machine is not None:
            return True
        try:
            folder = Path(self._cache_folder(os.environ.get("NUMBA_CACHE_DIR", "")))
            return any(folder.rglob(f"*{self.__name__}-*.nbi"))
        except OSError:
            return False

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
                self._machine = self._load()

    def _load(self) -> Any:
        # A cache on disk that cannot be written, or that a crash has cut short, is no reason to go without the kernel:
        # empty it and try again, then do without. What is wrong with the kernel itself shows in the last attempt.
        for cached, last in ((True, False), (True, False), (False, True)):
            try:
                dispatcher = self._make(cached)
                dispatcher.compile(self.signature)
            except ImportError:
                raise
            except Exception:  # a damaged file can make unpickling raise anything
                if last:
                    raise
                self._empty_cache()
            else:
                dispatcher.disable_compile()
                break
        return dispatcher

    def _empty_cache(self) -> None:
        try:
            self._make(cached=True)._cache.flush()
        except (OSError, RuntimeError, AttributeError):
            return

    def _make(self, cached: bool) -> Any:
        import numba

        options: dict[str, Any] = {"nogil": True, "cache": cached}
        if not self._strict:
            options["fastmath"] = FAST_MATH
        if self._inline:
            options["inline"] = "always"
        before = numba.config.CACHE_DIR
        try:
            if cached:
                numba.config.CACHE_DIR = self._cache_folder(before)
            return numba.njit(**options)(self.__wrapped__)
        finally:
            numba.config.CACHE_DIR = before

    def _cache_folder(self, chosen: str) -> str:
        """Return where machine code is kept: what NUMBA_CACHE_DIR says, or the user's cache folder.

        Numba renews its cache when the file of the kernel changes, but does not look at what that imports. A digest of
        those files becomes part of the folder's name.
        """
        if chosen:
            folder = Path(chosen)
        else:
            from platformdirs import user_cache_path

            folder = user_cache_path("clique", appauthor=False) / "numba"
        sources: dict[Path, str] = {}
        _read_sources(Path(self.__wrapped__.__code__.co_filename), sources)
        folder /= sha256("".join(sources[path] for path in sorted(sources)).encode()).hexdigest()[:16]
        folder.mkdir(parents=True, exist_ok=True)
        return str(folder)

    @property
    def _numba_type_(self) -> Any:
        """What Numba sees where another kernel names this one: a function it can compile and call."""
        with _lock:
            if self._dispatcher is None:
                # Compiled into its caller, which is what the cache holds; what is compiled already is not done again.
                self._dispatcher = self._machine or self._make(cached=False)
        return self._dispatcher._numba_type_


def _array(values: list[Any]) -> np.ndarray:
    return np.array(values, dtype=np.float64 if values and isinstance(values[0], float) else np.int64)


def _read_sources(path: Path, sources: dict[Path, str]) -> None:
    """Read a module of kernels and, through them, its neighbours that it imports."""
    sources[path] = path.read_text(encoding="utf-8")
    for name in re.findall(r"^from \.(\w+) import", sources[path], re.MULTILINE):
        near = path.with_name(f"{name}.py")
        if near not in sources and near.is_file():
            _read_sources(near, sources)


def kernel(
    signature: str | None = None, *, inline: bool = False, strict: bool = False
) -> Callable[[Callable[..., Any]], Lazy]:
    """Decorate a function as a kernel; see `Lazy`."""
    return lambda function: Lazy(function, signature, inline=inline, strict=strict)
