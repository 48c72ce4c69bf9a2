"""How does a chain draw its random numbers, bit for bit the same in Python and in compiled code?

The generator is xoshiro256++ (Blackman and Vigna, 2021): four 64-bit words that are part of the chain's state, so that
a paused, saved and resumed run draws what an unbroken one would. NumPy's `SeedSequence` turns a seed into the first
words.
"""

from __future__ import annotations

from math import floor, ldexp

import numpy as np

MASK = 2**64 - 1
UNIT = 2.0**-53
LOW_53 = 2**53 - 1


def first_words(seed: np.random.SeedSequence) -> tuple[int, int, int, int]:
    """Return the generator's state for a seed; never all zero, which would be a fixed point."""
    a, b, c, d = (int(word) for word in seed.generate_state(4, np.uint64))
    return a, b, c, d if a | b | c | d else 1


class Xoshiro:
    """The generator over a buffer of four words, which it updates on `save`."""

    __slots__ = ("_words", "a", "b", "c", "d")

    def __init__(self, words: list[int] | memoryview[int]) -> None:
        self._words = words
        self.a, self.b, self.c, self.d = words

    def next(self) -> int:
        """Return the next 64 random bits."""
        a, b, c, d = self.a, self.b, self.c, self.d
        total = (a + d) & MASK
        result = (((total << 23) & MASK | total >> 41) + a) & MASK
        c ^= a
        d ^= b
        self.b = b ^ c
        self.a = a ^ d
        self.c = c ^ ((b << 17) & MASK)
        self.d = (d << 45) & MASK | d >> 19
        return result

    def uniform(self) -> float:
        """Return a multiple of 2^-53 in [0, 1)."""
        return (self.next() >> 11) * UNIT

    def save(self) -> None:
        """Write the state back to the buffer."""
        words = self._words
        words[0], words[1], words[2], words[3] = self.a, self.b, self.c, self.d


LOG2_E = 1.4426950408889634
# ln 2 in two parts, the first with trailing zeros, so that n * LN2_HIGH is exact (Cody and Waite, 1980).
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
EXP_LEAST = -708.0  # below, the result counts as 0
# 1 / n! from n = 13 down to 0: on |r| <= ln(2) / 2 the remainder is below 2^-57.
EXP_TERMS = (
    1.6059043836821613e-10,
    2.08767569878681e-09,
    2.505210838544172e-08,
    2.755731922398589e-07,
    2.7557319223985893e-06,
    2.48015873015873e-05,
    0.0001984126984126984,
    0.001388888888888889,
    0.008333333333333333,
    0.041666666666666664,
    0.16666666666666666,
    0.5,
    1.0,
    1.0,
)


def exp_below(x: float) -> float:
    """Return e^x for x <= 0, made of the same few operations as in the compiled kernels.

    Libraries differ in the last bit of their exponential; a chain must not depend on which one is at hand.
    """
    if x < EXP_LEAST:
        return 0.0
    n = floor(x * LOG2_E + 0.5)
    r = (x - n * LN2_HIGH) - n * LN2_LOW
    total = EXP_TERMS[0]
    for term in EXP_TERMS[1:]:
        total = total * r + term
    return ldexp(total, n)
