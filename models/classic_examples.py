"""Which small models does every course on graphical models use, and what is published about them?

Four students who share a misconception, and a student's grade and letter, both from Koller and Friedman,
"Probabilistic Graphical Models" (2009); and an image with noise, the standard use of an Ising model.
"""

from __future__ import annotations

import numpy as np

from .factor import Factor
from .moral import arcs_of
from .project import Position, Project
from .ugm import UGM, Variable

# The letter T, row by row; "#" is ink.
_DRAWING = (
    "#########",
    "#########",
    "#########",
    "...###...",
    "...###...",
    "...###...",
    "...###...",
    "...###...",
    "...###...",
)


def misconception() -> UGM:
    """Return the misconception example: four students who study in pairs round a table.

    Each of A, B, C and D has the misconception (1) or not (0). Those who study together tend to agree; C and D always
    argue.

    Returns
    -------
    UGM
        Koller and Friedman (2009), example 3.8 and figure 4.1: Z = 7,201,840.
    """
    no_yes = ("0", "1")
    tables = {
        ("A", "B"): [[30, 5], [1, 10]],
        ("B", "C"): [[100, 1], [1, 100]],
        ("C", "D"): [[1, 100], [100, 1]],
        ("D", "A"): [[100, 1], [1, 100]],
    }
    return UGM(
        [Variable(name, no_yes) for name in "ABCD"],
        [Factor(scope, np.log(np.array(table, dtype=float))) for scope, table in tables.items()],
    )


def misconception_project() -> Project:
    """Return the four students round their table."""
    positions: dict[str, Position] = {"A": (200, 0), "B": (400, 150), "C": (200, 300), "D": (0, 150)}
    return Project(ugm=misconception(), positions=positions, query={"B": 1}, title="Four students")


def student() -> UGM:
    """Return the student example, a Bayesian network with its tables as factors.

    The difficulty D of the course and the student's intelligence I lead to the grade G, intelligence to the score S of
    a test, the grade to a letter L of recommendation.

    Returns
    -------
    UGM
        Koller and Friedman (2009), figure 3.4; each factor's scope ends with the child, and log Z is 0.
    """
    tables: dict[tuple[str, ...], list[object]] = {
        ("D",): [0.6, 0.4],
        ("I",): [0.7, 0.3],
        ("I", "D", "G"): [
            [[0.3, 0.4, 0.3], [0.05, 0.25, 0.7]],
            [[0.9, 0.08, 0.02], [0.5, 0.3, 0.2]],
        ],
        ("I", "S"): [[0.95, 0.05], [0.2, 0.8]],
        ("G", "L"): [[0.1, 0.9], [0.4, 0.6], [0.99, 0.01]],
    }
    labels = {
        "D": ("easy", "hard"),
        "I": ("low", "high"),
        "G": ("A", "B", "C"),
        "S": ("bad", "good"),
        "L": ("weak", "strong"),
    }
    return UGM(
        [Variable(name, states) for name, states in labels.items()],
        [Factor(scope, np.log(np.array(table, dtype=float))) for scope, table in tables.items()],
    )


def student_project() -> Project:
    """Return the student network as it is drawn in the book, with the edge that moralising adds."""
    positions: dict[str, Position] = {
        "D": (0, 0), "I": (300, 0), "G": (150, 150), "S": (450, 150), "L": (150, 310),
    }  # fmt: skip
    ugm = student()
    return Project(ugm=ugm, positions=positions, query={"L": 1}, title="A student's letter", arcs=arcs_of(ugm))


def denoising(noise: float = 0.12, coupling: float = 1.1, seed: int = 15) -> UGM:
    """Return an Ising model of a small drawing that was copied with errors.

    Parameters
    ----------
    noise : float
        Probability with which each pixel was flipped; the field of a pixel is half the log odds of that.
    coupling : float
        How much neighbouring pixels like to agree: log potentials +-coupling/2.
    seed : int
        Draws which pixels were flipped.

    Returns
    -------
    UGM
        Variables x1, x2, ... row by row, states "0" (paper) and "1" (ink).
    """
    ink = np.array([[mark == "#" for mark in row] for row in _DRAWING])
    seen = ink ^ (np.random.default_rng(seed).random(ink.shape) < noise)
    field = 0.5 * np.log((1 - noise) / noise)
    rows, columns = ink.shape
    names = [[f"x{columns * i + j + 1}" for j in range(columns)] for i in range(rows)]
    agree = 0.5 * coupling * np.array([[1.0, -1.0], [-1.0, 1.0]])
    factors = [
        Factor((names[i][j],), field * np.array([-1.0, 1.0]) * (1 if seen[i, j] else -1))
        for i in range(rows)
        for j in range(columns)
    ]
    factors += [Factor((row[j], row[j + 1]), agree) for row in names for j in range(columns - 1)]
    factors += [Factor((names[i][j], names[i + 1][j]), agree) for i in range(rows - 1) for j in range(columns)]
    return UGM([Variable(name, ("0", "1")) for row in names for name in row], factors)


def denoising_project() -> Project:
    """Return the drawing as a lattice; decoding it, or looking at its marginals, takes the noise out."""
    ugm = denoising()
    columns = len(_DRAWING[0])
    positions: dict[str, Position] = {
        name: (120.0 * (k % columns), 120.0 * (k // columns)) for k, name in enumerate(ugm.names)
    }
    return Project(ugm=ugm, positions=positions, title="A drawing with noise")
