"""How does a BIF file become words and marks, with the line of whatever is wrong?

Comments (// to the end of the line, and between /* and */) are blanked first. What is left is names, numbers and the
marks { } ( ) [ ] ; - white space separates them, and so do commas and bars, which mean nothing else. A name in double
quotes may hold anything but a quote. Only an error looks for its line.
"""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

from models.errors import CancelToken, FileFormatError
from models.steps import Progress, Steps

from .sources import chunks

MAX_BYTES = 64e6
_BATCH = 20_000
MARKS = frozenset("{}()[];")
_TOKEN = re.compile(r'"[^"\n]*"|[{}()\[\];]|[^\s{}()\[\];,|"]+|"')
_COMMENT = re.compile(r'"[^"\n]*"|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_NOT_BLANK = re.compile(r"[^\n]")


class BifTokens:
    """The tokens of a file and a place among them.

    Attributes
    ----------
    path : Path
    items : list of str
        Names in quotes keep their quotes here.
    place : int
        The next token to read.
    """

    def __init__(self, path: Path, text: str, items: list[str]) -> None:
        self.path = path
        self.items = items
        self.place = 0
        self._text = text

    @property
    def at_end(self) -> bool:
        """Whether everything was read."""
        return self.place >= len(self.items)

    def fault(self, message: str, place: int | None = None) -> FileFormatError:
        """Return the error at a token (by default the one just read), or at the end of the file beyond the last."""
        place = self.place - 1 if place is None else place
        found = next(islice(_TOKEN.finditer(self._text), max(place, 0), None), None)
        end = len(self._text.rstrip()) if found is None else found.start()
        return FileFormatError(self.path, message, self._text.count("\n", 0, end) + 1)

    def shown(self, place: int | None = None) -> str:
        """Return a token (by default the one just read) as text for a message."""
        token = self.items[self.place - 1 if place is None else place]
        kept = "".join(letter if letter.isprintable() else "?" for letter in token[:40]).strip('"')
        return kept + ("..." if len(token) > 40 else "")

    def peek(self) -> str:
        """Return the next token without reading it; empty at the end."""
        return "" if self.at_end else self.items[self.place]

    def next(self, what: str) -> str:
        """Return the next token, whatever it is."""
        if self.at_end:
            raise self.fault(f"The file ends where {what} should follow. It is cut short: get the whole file.")
        self.place += 1
        return self.items[self.place - 1]

    def expect(self, wanted: str, after: str) -> None:
        """Read a mark or keyword that has to come next."""
        if self.next(f'"{wanted}" after {after}') != wanted:
            raise self.fault(f'Found "{self.shown()}" where "{wanted}" should follow {after}. Correct it.')

    def name(self, what: str) -> str:
        """Return the next token as a name, its quotes taken off."""
        token = self.next(what)
        if token == '"':
            raise self.fault("A quotation mark is not closed on this line. Close it.")
        if token in MARKS:
            raise self.fault(f'Found "{token}" where {what} should be. Correct it.')
        return token[1:-1] if token.startswith('"') else token

    def skip_past(self, mark: str, what: str) -> None:
        """Go on behind the next such mark."""
        try:
            self.place = self.items.index(mark, self.place) + 1
        except ValueError:
            raise self.fault(f'No "{mark}" ends {what}. Add it, or get the whole file.') from None

    def numbers(self, what: str) -> list[float]:
        """Return the numbers up to the next semicolon, and go on behind it."""
        begin = self.place
        self.skip_past(";", what)
        words = self.items[begin : self.place - 1]
        try:
            values = list(map(float, words))
        except ValueError:
            values = []
        if len(values) == len(words) and "_" not in "".join(words):
            for k, value in enumerate(values):
                # The second half keeps an underflow from forbidding a state.
                if not 0 <= value < float("inf") or (value == 0 and re.match(r"[^eE]*[1-9]", words[k])):
                    raise self._no_probability(begin + k)
            return values
        bad = next(k for k, word in enumerate(words) if "_" in word or not _is_number(word))
        raise self._no_probability(begin + bad)

    def _no_probability(self, place: int) -> FileFormatError:
        return self.fault(f'"{self.shown(place)}" is not a probability. Give a number from 0 to 1.', place)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def read_bif_tokens_steps(path: Path, max_bytes: float, cancel: CancelToken | None) -> Steps[BifTokens]:
    """Read a file (also gzipped) and split it into tokens.

    Raises
    ------
    FileFormatError
        Whatever `chunks` objects to, text that is not UTF-8, binary content, or a comment that does not end.
    """
    parts: list[bytes] = []
    share = 0.0
    for part, share in chunks(path, max_bytes):
        if cancel is not None:
            cancel.check()
        parts.append(part)
        yield Progress(share, 1.0, f"Reading {path.name}")
    data = b"".join(parts).removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileFormatError(path, "The text is not UTF-8. Save it in that encoding.", line) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise FileFormatError(
            path, "This is a binary file, not BIF text. Choose a file that begins with network.", line
        )
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "//" in text or "/*" in text:
        text = _COMMENT.sub(lambda found: _blank(path, text, found), text)
    found = _TOKEN.finditer(text)
    items: list[str] = []
    while batch := [match[0] for match in islice(found, _BATCH)]:
        if cancel is not None:
            cancel.check()
        items += batch
        yield Progress(share, 1.0, f"Reading {path.name}: {len(items):,} words")
    return BifTokens(path, text, items)


def _blank(path: Path, text: str, found: re.Match[str]) -> str:
    piece = found[0]
    if piece.startswith('"'):
        return piece
    if piece.startswith("/*") and (len(piece) < 4 or not piece.endswith("*/")):
        line = text.count("\n", 0, found.start()) + 1
        raise FileFormatError(path, 'This comment does not end. Close it with "*/".', line)
    return _NOT_BLANK.sub(" ", piece)
