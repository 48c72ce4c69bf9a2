"""How does a text file of unknown origin become lines, and lines become fields?

Bytes are decoded as UTF-8 (UTF-16 where a byte-order mark says so); LF, CRLF and CR all end a line. The separator is
found on the first lines: the character, of tab, semicolon, comma and bar, that gives the most lines the same number of
fields, else runs of blanks. Fields follow RFC 4180: they may be quoted, and a quoted field may hold separators, doubled
quotes and line breaks.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path

from models.errors import DataError, FileFormatError

from .sources import chunks

MAX_LINE = 100_000  # below the field limit of the csv module, so that only an open quote can reach that
SAMPLE_LINES = 200
BLANKS = " "
NO_SEPARATOR = "\x1f"  # the unit separator: no table written by a person holds it
_SEPARATORS = "\t;,|"
_WORDS = {"\t": "tabs", ";": "semicolons", ",": "commas", "|": "bars", BLANKS: "blanks"}
_BLANK_FIELDS = re.compile(r'"((?:[^"]|"")*)"|(\S+)')
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SIGNATURES = (
    (b"PK\x03\x04", "a zip archive or a workbook. Save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old workbook. Save the sheet as CSV"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file. Rename it to end in .h5"),
    (b"Julia data file", "a Julia data file. Rename it to end in .jld"),
    (b"\x93NUMPY", "a NumPy array. Rename it to end in .npy"),
    (b"%PDF", "a PDF document. Export the table as CSV"),
)


class TextFile:
    """The lines of a text file, decoded as they are asked for.

    Attributes
    ----------
    share : float
        Share of the file's bytes read so far.
    """

    def __init__(self, path: Path, max_bytes: float) -> None:
        self.path = path
        self.share = 0.0
        self._chunks = chunks(path, max_bytes)

    def close(self) -> None:
        """Close the file, however far it was read."""
        self._chunks.close()

    def lines(self) -> Iterator[str]:
        """Yield lines without their ends.

        Raises
        ------
        FileFormatError
            Not text, not UTF-8, a line of more than `MAX_LINE` characters, or whatever `chunks` objects to.
        """
        decoder: io.IncrementalNewlineDecoder | None = None
        pending, n_lines = "", 0
        for data, share in self._chunks:
            self.share = share
            if decoder is None:
                decoder = self._decoder_for(data)
            text = self._decode(decoder, data, n_lines)
            pieces = (pending + text).split("\n")
            pending = pieces.pop()
            n_lines += len(pieces)
            if len(pending) > MAX_LINE:
                raise FileFormatError(
                    self.path,
                    "This line is longer than 100,000 characters, so this is no table. Check the file.",
                    n_lines + 1,
                )
            yield from pieces
        if decoder is not None:
            pending += self._decode(decoder, b"", n_lines, final=True)
        if pending:
            yield from pending.split("\n")

    def _decoder_for(self, head: bytes) -> io.IncrementalNewlineDecoder:
        for signature, what in _SIGNATURES:
            if head.startswith(signature):
                raise FileFormatError(self.path, f"This is not a text table but {what}.")
        encoding = next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")
        if encoding != "utf-16" and b"\0" in head:
            raise FileFormatError(
                self.path,
                "This is a binary file, not a text table. Export the table as CSV in UTF-8.",
                head.count(b"\n", 0, head.index(b"\0")) + 1,
            )
        return io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)

    def _decode(self, decoder: io.IncrementalNewlineDecoder, data: bytes, n_lines: int, final: bool = False) -> str:
        try:
            text = decoder.decode(data, final=final)
        except UnicodeDecodeError as error:
            before = error.object[: error.start]
            line = n_lines + max(before.count(b"\n"), before.count(b"\r")) + 1
            if error.reason == "unexpected end of data" or "truncated" in error.reason:
                message = "The file ends in the middle of a character; it is cut short. Save or download it again."
            else:
                message = (
                    f"This is not {error.encoding.upper()} text (byte 0x{error.object[error.start]:02x}). "
                    "Save the file again with the encoding UTF-8."
                )
            raise FileFormatError(self.path, message, line) from error
        if "\0" in text:
            line = n_lines + text.count("\n", 0, text.index("\0")) + 1
            raise FileFormatError(
                self.path,
                "The line holds a NUL character: part of the file is binary. Export the table as CSV again.",
                line,
            )
        return text


def split_blanks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield the fields of lines separated by runs of blanks; a field in double quotes may hold blanks."""
    for line in lines:
        if '"' in line:
            yield [b if b else a.replace('""', '"') for a, b in _BLANK_FIELDS.findall(line)]
        else:
            yield line.split()


def find_separator(path: Path, sample: list[str]) -> str:
    """Return the separator that the first lines of a table seem to use, `NO_SEPARATOR` for a single column."""
    candidates = [c for c in _SEPARATORS if any(c in line for line in sample)]
    if path.suffix.lower() == ".tsv" and "\t" in candidates:
        return "\t"
    scores = {c: _agreement(_lengths(sample, c)) for c in candidates}
    best = max(candidates, key=scores.__getitem__, default=NO_SEPARATOR)
    if scores.get(best, 0.0) >= 0.5:
        return best
    for candidate in candidates:
        # Ragged, but meant: the reader will say which line has the wrong number of fields.
        if candidate in sample[0] and sum(candidate in line for line in sample) * 2 >= len(sample):
            return candidate
    rows = [row for row in split_blanks(sample) if row]
    agreement = _agreement(map(len, rows))
    if agreement == 1.0 or (agreement >= 0.5 and all(_is_number(field) for row in rows[1:] for field in row)):
        return BLANKS
    return NO_SEPARATOR


def _lengths(sample: list[str], delimiter: str) -> Iterator[int]:
    with suppress(csv.Error):  # the strict reader meets the same fault and says where it is
        for row in csv.reader(sample, delimiter=delimiter):
            if row:
                yield len(row)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _agreement(lengths: Iterable[int]) -> float:
    """Return the share of rows that have the commonest number of fields, 0 when that number is one."""
    tally = Counter(lengths)
    if not tally:
        return 0.0
    n_fields, n_rows = tally.most_common(1)[0]
    return n_rows / tally.total() if n_fields > 1 else 0.0


def check_separator(delimiter: str) -> str:
    """Return a separator asked for by the caller; DataError when it is not one character."""
    if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n\0':
        raise DataError(f"The delimiter is given as {delimiter!r}. Give one character, for example ; or a tab.")
    return delimiter


class Records:
    """The rows of a table as lists of fields, with the line on which each ends.

    Parameters
    ----------
    source : TextFile
    delimiter : str or None
        None finds it out.

    Attributes
    ----------
    delimiter : str
    notes : list of str
        What was decided.
    line : int
        Line, from 1, on which the row last yielded ends.
    """

    def __init__(self, source: TextFile, delimiter: str | None) -> None:
        self.source = source
        self.notes: list[str] = []
        self.line = 0
        self._skipped = 0
        lines = source.lines()
        sample = list(islice(lines, SAMPLE_LINES))
        while sample and (sample[0].startswith("# ") or sample[0].strip() == "#"):
            self._skipped += 1
            sample.pop(0)
        if self._skipped:
            self.notes.append(f"{self._skipped} lines of comment at the top (# ...) left out.")
        if sample and re.fullmatch(r'"?sep=.?"?', sample[0].strip(), re.IGNORECASE):
            hint = sample.pop(0).strip().strip('"')
            self._skipped += 1
            delimiter = delimiter or hint[4:] or None
        self.delimiter = check_separator(delimiter) if delimiter else find_separator(source.path, sample)
        if self.delimiter in _WORDS and self.delimiter != ",":
            self.notes.append(f"Fields are separated by {_WORDS[self.delimiter]}.")
        self._lines = chain(sample, lines)

    def __iter__(self) -> Iterator[list[str]]:
        if self.delimiter == BLANKS:
            for line, row in enumerate(split_blanks(self._lines), self._skipped + 1):
                self.line = line
                yield row
            return
        reader = csv.reader((line + "\n" for line in self._lines), delimiter=self.delimiter, strict=True)
        started = 0
        try:
            for row in reader:
                started = reader.line_num
                self.line = self._skipped + started
                yield row
        except csv.Error as error:
            # The reader counts to the end of what it swallowed; the fault began where its last good row ended.
            line = self._skipped + started + 1
            if "unexpected end of data" in str(error) or "field limit" in str(error):
                message = 'A quote (") that opens on or after this line is never closed. Close it, or remove it.'
            else:
                message = f'A field is not quoted properly ({error}). Write a quote inside a field twice ("").'
            raise FileFormatError(self.source.path, message, line) from error
