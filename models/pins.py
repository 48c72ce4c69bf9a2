"""Where do the PINs that come with the program come from, and how are they read?

DataGenetics ("PIN analysis", 2012) counted 3.4 million four-digit passwords and printed the shares of the twenty
commonest, 1234 to 1010, together 26.83 %. Among our 10,000 PINs those twenty occur exactly as often as published, 1234
for instance 1,071 times. All others are independent draws from a mixture of the habits that the same study shows:
years, dates, repeated patterns, runs, PINs that begin like 1234 and go another way, and everything else. The mixture's
shares and the digit preferences of "everything else" were set by hand, so that what a student finds on these data is
what the study's counts give: p(4 | 1, 2, 3) is about 0.19 for independent digits, 0.58 for a chain, 0.78 for the
complete pairwise graph, and more than 0.9 in the data. The order of the rows is shuffled.

Every step is plain arithmetic and Python's own generator, whose draws never change, so the file can be made again byte
for byte on any computer.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from importlib.resources import files
from itertools import accumulate, product
from math import fsum

import numpy as np

from .dataset import Dataset
from .errors import DataError
from .ugm import Variable

N_PINS = 10_000
SEED = 540
Shares = dict[str, float]

# Per cent of all PINs, as published.
TOP_TWENTY: Shares = {
    "1234": 10.713, "1111": 6.016, "0000": 1.881, "1212": 1.197, "7777": 0.745, "1004": 0.616, "2000": 0.613,
    "4444": 0.526, "2222": 0.516, "6969": 0.512, "9999": 0.451, "3333": 0.419, "5555": 0.395, "6666": 0.391,
    "1122": 0.366, "1313": 0.304, "8888": 0.303, "4321": 0.293, "2001": 0.290, "1010": 0.285,
}  # fmt: skip

# Shares of the rest, in no unit; they are scaled to what the twenty leave.
MIXTURE: Shares = {
    "years 20..": 5.3,
    "years 19..": 1.2,
    "dates": 12.5,
    "ABAB": 2.8,
    "AABB": 0.8,
    "ABBA": 1.1,
    "runs": 0.3,
    "123.": 0.7,
    "everything else": 48.9,
}

# "Everything else": how much each digit 0 .. 9 is liked at each of the four places. Zero, one and two lead, as in
# everyday numbers; two and three follow, as in counting; the end is nearly even.
LIKED = (
    (13, 28, 13, 9, 7, 7, 7, 7, 6, 6),
    (11, 11, 15, 11, 9, 9, 9, 8, 8, 8),
    (10, 11, 11, 14, 10, 10, 9, 9, 8, 9),
    (11, 10, 11, 10, 11, 10, 9, 9, 9, 10),
)
# What follows 123 when it is not 4.
AFTER_123 = {"0": 3, "1": 4, "2": 2, "3": 4, "5": 4, "6": 2, "7": 1, "8": 1, "9": 1}
DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTH_FIRST = 0.6


def _habit(name: str) -> Shares:
    """Return the weights, in no unit, that one habit gives to PINs."""
    if name == "years 20..":  # most recent first: the file is of 2012
        return {f"20{year:02d}": 1 - year / 20 if year <= 12 else 0.1 for year in range(100)}
    if name == "years 19..":  # years of birth
        return {f"19{year:02d}": 1.0 if year >= 50 else 0.2 for year in range(100)}
    if name == "dates":
        weights: Shares = {}
        for month, n_days in enumerate(DAYS, 1):
            for day in range(1, n_days + 1):
                for pin, weight in ((f"{month:02d}{day:02d}", MONTH_FIRST), (f"{day:02d}{month:02d}", 1 - MONTH_FIRST)):
                    weights[pin] = weights.get(pin, 0.0) + weight
        return weights
    if name == "runs":
        return {"".join(str((start + step * k) % 10) for k in range(4)): 1.0 for start in range(10) for step in (1, -1)}
    if name == "123.":
        return {"123" + digit: float(weight) for digit, weight in AFTER_123.items()}
    if name == "everything else":
        return {
            f"{a}{b}{c}{d}": float(LIKED[0][a] * LIKED[1][b] * LIKED[2][c] * LIKED[3][d])
            for a, b, c, d in product(range(10), repeat=4)
        }
    return {name.replace("A", str(a)).replace("B", str(b)): 1.0 for a, b in product(range(10), repeat=2) if a != b}


def pin_shares() -> Shares:
    """Return the probability of every PIN, "0000" to "9999" in order; they sum to one."""
    total = {pin: share / 100 for pin, share in TOP_TWENTY.items()}
    left = 1 - fsum(total.values())
    per_part = left / fsum(MIXTURE.values())
    shares = {f"{a}{b}{c}{d}": 0.0 for a, b, c, d in product(range(10), repeat=4)}
    for name, part in MIXTURE.items():
        weights = {pin: weight for pin, weight in _habit(name).items() if pin not in TOP_TWENTY}
        scale = per_part * part / fsum(weights.values())
        for pin, weight in weights.items():
            shares[pin] += scale * weight
    return shares | total


def generate_pins(n: int = N_PINS, seed: int = SEED) -> Dataset:
    """Make PINs: the twenty commonest as often as published, the others drawn, the rows shuffled.

    Parameters
    ----------
    n : int
        How many, at least one.
    seed : int
        The same seed always gives the same PINs.

    Returns
    -------
    Dataset
        Variables x1 to x4 with the labels "0" to "9"; every row has weight one.

    Raises
    ------
    DataError
        n < 1.
    """
    if n < 1:
        raise DataError(f"Give a number of PINs that is at least 1, not {n}.")
    dice = random.Random(seed)
    made = [pin for pin, share in TOP_TWENTY.items() for _ in range(round(n * share / 100))]
    others = {pin: share for pin, share in pin_shares().items() if pin not in TOP_TWENTY}
    pins, ends = list(others), list(accumulate(others.values()))
    made += [pins[bisect_right(ends, dice.random() * ends[-1], hi=len(pins) - 1)] for _ in range(n - len(made))]
    for last in range(n - 1, 0, -1):  # Fisher and Yates; random.shuffle may change with Python, random() may not
        other = int(dice.random() * (last + 1))
        made[last], made[other] = made[other], made[last]
    return _dataset("".join(made).encode("ascii"), f"{n:,} PINs", f"Made by the program with seed {seed}.")


def pins_csv(data: Dataset) -> bytes:
    """Return PINs as the bundled file holds them: the header pin, then one PIN a line."""
    return "\n".join(["pin", *(data.show_row(row) for row in data.rows.tolist()), ""]).encode("ascii")


def bundled_pins() -> Dataset:
    """Read the PINs that come with the program: `generate_pins()` as it was when the file was made.

    Raises
    ------
    DataError
        The file is not the one that belongs to the program.
    """
    try:
        lines = files("resources").joinpath("data", "pins.csv").read_bytes().split()
    except OSError as error:
        raise DataError("The bundled file resources/data/pins.csv is missing. Install the program again.") from error
    if (
        lines[:1] != [b"pin"]
        or len(lines) != N_PINS + 1
        or any(len(pin) != 4 or not pin.isdigit() for pin in lines[1:])
    ):
        raise DataError("The bundled file resources/data/pins.csv is damaged. Install the program again.")
    note = "Made by the program from published shares of PINs."
    return _dataset(b"".join(lines[1:]), "Bundled PINs", note)


def _dataset(digits: bytes, name: str, note: str) -> Dataset:
    rows = np.frombuffer(digits, dtype=np.uint8).reshape(-1, 4).astype(np.int64) - ord("0")
    variables = [Variable.of_size(f"x{k}", 10) for k in range(1, 5)]
    return Dataset(variables, rows, None, name, ("Read as PINs: 4 digits a row, variables x1 to x4.", note))
