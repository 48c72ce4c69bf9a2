"""What can go wrong, and how a long computation is told to stop.

Every refusal that a person can act on is a `CliqueError` whose text says what was given, what would be accepted and
one thing to try; the window shows it next to its cause. `Cancelled` stands apart: it is control flow, not a fault.
"""

from __future__ import annotations

from operator import index as as_index
from pathlib import Path

import numpy as np


class CliqueError(Exception):
    """Base of every error that a message, rather than a traceback, should explain."""


class ModelError(CliqueError):
    """A variable, factor or model that cannot exist: shapes, names, scopes or entries disagree."""


class EvidenceError(CliqueError):
    """Evidence that names an unknown variable or a state out of range."""


class ZeroMassError(CliqueError):
    """Every joint state that agrees with the evidence has potential zero, so no probability is defined.

    Parameters
    ----------
    message : str
    conflict : tuple of str, optional
        Clamped or softly observed variables whose states cannot happen together; empty when the model itself forbids
        everything, None when not known.
    """

    def __init__(self, message: str, conflict: tuple[str, ...] | None = None) -> None:
        self.conflict = conflict
        super().__init__(message)


class DataError(CliqueError):
    """A data set that does not fit the question: a missing column, an unknown state, no rows."""


class ConvergenceError(CliqueError):
    """An iteration that stopped making progress before it met its tolerance."""


class FileFormatError(CliqueError):
    """A file that cannot be read as what its extension says.

    Parameters
    ----------
    path : str or Path
        The file; only its name is shown.
    message : str
        What was found, what would be accepted, one thing to try.
    line : int, optional
        Line number, from 1.
    """

    def __init__(self, path: str | Path, message: str, line: int | None = None) -> None:
        self.path = Path(path)
        self.line = line
        self.reason = message
        where = self.path.name if line is None else f"{self.path.name}, line {line}"
        super().__init__(f"{where}: {message}")


class TooLargeError(CliqueError):
    """Exact work refused before any memory is spent.

    Parameters
    ----------
    message : str
        Names the largest clique and a cheaper offer.
    needed, allowed : float
        Bytes that the work would take, and the limit in force.
    """

    def __init__(self, message: str, needed: float, allowed: float) -> None:
        self.needed = needed
        self.allowed = allowed
        super().__init__(message)


class Cancelled(Exception):  # noqa: N818 - control flow, not an error
    """Raised inside a computation whose `CancelToken` was cancelled."""


class CancelToken:
    """A flag that one thread raises and another polls.

    `flag` is a uint8 array of length one, so that compiled code that has released the interpreter lock can poll it too;
    setting one byte is atomic, and a reader that sees it a moment late only stops a moment later.
    """

    __slots__ = ("flag",)

    def __init__(self) -> None:
        self.flag: np.ndarray = np.zeros(1, dtype=np.uint8)

    def cancel(self) -> None:
        """Ask the computation to stop at its next check."""
        self.flag[0] = 1

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return bool(self.flag[0])

    def check(self) -> None:
        """Raise `Cancelled` if `cancel` was called."""
        if self.flag[0]:
            raise Cancelled


def check_whole(what: str, value: object, least: int) -> int:
    """Return a whole number given by a caller, or say what it should be.

    Raises
    ------
    CliqueError
        It is no whole number, or below the least.
    """
    try:
        number = as_index(value)  # type: ignore[arg-type]
    except TypeError:
        number = least - 1
    if number < least:
        raise CliqueError(f"The {what} cannot be {value!r}. Give a whole number from {least} up.")
    return number
