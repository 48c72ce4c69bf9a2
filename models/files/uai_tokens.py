"""How does a UAI file become numbers, quickly, and still with the line of whatever is wrong?

The format is a stream of tokens; white space and line ends of any style separate them, a line that begins with `c` and
a blank is a comment, and so is anything after `#`. The file is split at once; only an error looks for its line again.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal, DecimalException
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.errors import CancelToken, FileFormatError
from models.steps import Progress, Steps

from .sources import chunks

MAX_BYTES = 64e6
_COMMENT = re.compile(rb"#[^\n]*|^[ \t]*c(?=[ \t\n]|\Z)[^\n]*", re.MULTILINE)
_TOKEN = re.compile(rb"\S+")
_PART = 20_000
_SMALLEST = float(np.finfo(np.float64).tiny)
# Potentials beyond the range of a float are still ordinary logs.
_WIDE = Context(prec=30, Emin=-10_000_000, Emax=10_000_000)


class Tokens:
    """The tokens of a file and a place among them.

    Attributes
    ----------
    path : Path
    items : list of bytes
    place : int
        The next token to read.
    """

    def __init__(self, path: Path, text: bytes, items: list[bytes]) -> None:
        self.path = path
        self.items = items
        self.place = 0
        self._text = text

    @property
    def n_left(self) -> int:
        """How many tokens are left to read."""
        return len(self.items) - self.place

    def fault(self, message: str, place: int | None = None) -> FileFormatError:
        """Return the error at a token (by default the one just read), or at the end of the file beyond the last."""
        place = self.place - 1 if place is None else place
        found = next(islice(_TOKEN.finditer(self._text), max(place, 0), None), None)
        end = len(self._text.rstrip()) if found is None else found.start()
        return FileFormatError(self.path, message, self._text.count(b"\n", 0, end) + 1)

    def shown(self, place: int | None = None) -> str:
        """Return a token (by default the one just read) as text for a message."""
        token = self.items[self.place - 1 if place is None else place]
        return token[:40].decode("ascii", "backslashreplace") + ("..." if len(token) > 40 else "")

    def word(self, what: str) -> bytes:
        """Return the next token."""
        if not self.n_left:
            raise self.fault(
                f"The file ends where {what} should follow. It is cut short: get the whole file.", len(self.items)
            )
        self.place += 1
        return self.items[self.place - 1]

    def whole(self, what: str) -> int:
        """Return the next token as a whole number, zero or more; 2, +2, 2.0 and 2e0 are all two."""
        token = self.word(what)
        if token.isdigit() and len(token) < 19:
            return int(token)
        try:
            value = float(token)
        except ValueError:
            value = -1.0
        if not (0 <= value < 1e18 and value.is_integer()):
            raise self.fault(f'Found "{self.shown()}" where {what} should be. Give a whole number, zero or more.')
        return int(value)

    def logs_steps(self, cancel: CancelToken | None) -> Steps[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Read all tokens that are left as numbers; return them and their natural logs (both read to the end).

        A number too small or too large for a float still has its right log. NaN and infinity are not refused here, for
        a count may precede them; negative numbers have the log NaN.
        """
        start, n = self.place, self.n_left
        numbers = np.empty(n)
        for begin in range(0, n, _PART):
            if cancel is not None:
                cancel.check()
            part = self.items[start + begin : start + begin + _PART]
            try:
                numbers[begin : begin + len(part)] = np.fromiter(map(float, part), dtype=np.float64, count=len(part))
            except ValueError:
                bad = next(i for i, token in enumerate(part) if not _is_number(token))
                place = start + begin + bad
                raise self.fault(f'"{self.shown(place)}" is not a number. Correct it.', place) from None
            yield Progress(begin, n, f"Reading {self.path.name}: {begin:,} of {n:,} numbers")
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(numbers)
        suspects = np.flatnonzero((numbers < _SMALLEST) & (numbers >= 0) | (numbers == np.inf))
        known: dict[bytes, float] = {}
        for i in suspects.tolist():
            token = self.items[start + i]
            if token not in known:
                known[token] = _log_of(token)
            logs[i] = known[token]
        self.place = len(self.items)
        return numbers, logs


def _is_number(token: bytes) -> bool:
    try:
        float(token)
    except ValueError:
        return False
    return True


def _log_of(token: bytes) -> float:
    """Return the log of a number that a float cannot hold in full; NaN when it is none or beyond all bounds."""
    try:
        value = Decimal(token.decode("ascii"))
        if value == 0:
            return -np.inf
        return float(value.ln(_WIDE)) if value.is_finite() and abs(value.adjusted()) < 1_000_000 else np.nan
    except (DecimalException, UnicodeDecodeError):
        return np.nan


def read_tokens_steps(path: Path, max_bytes: float, cancel: CancelToken | None) -> Steps[Tokens]:
    """Read a file (also gzipped) and split it into tokens.

    Raises
    ------
    FileFormatError
        Whatever `chunks` objects to, binary content, or digits grouped by underscores.
    """
    parts: list[bytes] = []
    for part, share in chunks(path, max_bytes):
        if cancel is not None:
            cancel.check()
        parts.append(part)
        yield Progress(share, 1.0, f"Reading {path.name}")
    text = b"".join(parts).removeprefix(b"\xef\xbb\xbf")
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"\0" in text:
        line = text.count(b"\n", 0, text.index(b"\0")) + 1
        raise FileFormatError(
            path, "This is a binary file, not UAI text. Choose the file that begins with MARKOV.", line
        )
    if b"#" in text or b"c" in text:
        text = _COMMENT.sub(b"", text)
    tokens = Tokens(path, text, text.split())
    if b"_" in text:  # Python would read 1_000 as a number
        place = next(i for i, token in enumerate(tokens.items) if b"_" in token)
        raise tokens.fault(f'"{tokens.shown(place)}" is not a number. Write it without underscores.', place)
    return tokens
