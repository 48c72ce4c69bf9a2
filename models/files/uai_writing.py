"""How are a model and its evidence written as UAI files that every other program can read?

Plainly: no comments, one scope a line, one table after the other. Names of variables and states are not part of the
format; they are lost. Potentials are written with as few digits as give back the very same log potential, so that a
table typed as 0.1 and 0.9 is written as 0.1 and 0.9.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.conditioning import check_evidence
from models.errors import ModelError
from models.ugm import UGM

from .saving import write_bytes

_DIGITS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 15, 16)
_WIDE = Context(prec=20, Emin=-10_000_000, Emax=10_000_000)
_SMALLEST = float(np.finfo(np.float64).tiny)
MAX_LOG = 1e6


def write_uai(ugm: UGM, path: str | Path) -> None:
    """Write a model as a UAI file of type MARKOV.

    Parameters
    ----------
    ugm : UGM
        Variables and factors are written in model order; minus infinity becomes 0.
    path : str or Path
        Replaced in one step.

    Raises
    ------
    ModelError
        A log potential beyond `MAX_LOG` in size, which has no decimal spelling of reasonable length.
    FileFormatError
        The file cannot be written.

    Notes
    -----
    Reading the file gives back each log potential x exactly wherever some float has the log x; potentials within a
    rounding error of one (x near 0) come back within 1.2e-16.
    """
    write_bytes(path, uai_text(ugm).encode("ascii"))


def write_evidence(ugm: UGM, evidence: Mapping[str, int], path: str | Path) -> None:
    """Write evidence for a model as a UAI evidence file: the count, then a variable's place and a state for each.

    Parameters
    ----------
    ugm : UGM
        As written by `write_uai`: variables are known by their place in it.
    evidence : mapping of str to int
        May be empty: then the file says 0.
    path : str or Path
        By custom the model's, with ".evid" added. Replaced in one step.

    Raises
    ------
    EvidenceError
        The evidence does not fit the model.
    FileFormatError
        The file cannot be written.
    """
    write_bytes(path, evidence_text(ugm, evidence).encode("ascii"))


def evidence_text(ugm: UGM, evidence: Mapping[str, int]) -> str:
    """Return the content of the UAI evidence file."""
    checked = check_evidence(ugm, evidence)
    pairs = (f" {ugm.index(name)} {state}" for name, state in checked.items())
    return f"{len(checked)}{''.join(pairs)}\n"


def uai_text(ugm: UGM) -> str:
    """Return the content of the UAI file."""
    place = {name: str(i) for i, name in enumerate(ugm.names)}
    lines = ["MARKOV", str(len(ugm.variables)), " ".join(map(str, ugm.n_states)), str(len(ugm.factors))]
    lines += [" ".join([str(len(f.scope)), *(place[name] for name in f.scope)]) for f in ugm.factors]
    if ugm.factors:
        spelt = iter(_spell(np.concatenate([factor.log_table.reshape(-1) for factor in ugm.factors])))
        for factor in ugm.factors:
            row = factor.log_table.shape[-1] if factor.scope else 1
            entries = [next(spelt) for _ in range(factor.n_entries)]
            lines += ["", str(factor.n_entries)]
            lines += [" " + " ".join(entries[start : start + row]) for start in range(0, len(entries), row)]
    return "\n".join(lines) + "\n"


def _spell(logs: NDArray[np.float64]) -> list[str]:
    """Return a decimal spelling of exp(x) for each x, the shortest found whose log is x again."""
    different, inverse = np.unique(logs, return_inverse=True)
    finite = np.isfinite(different)
    if (np.abs(different[finite]) > MAX_LOG).any():
        raise ModelError(
            f"A log potential of {different[finite][np.argmax(np.abs(different[finite]))]:g} is too far from 0 to be "
            "written as a potential. Save the model as a .clique project instead."
        )
    with np.errstate(over="ignore", under="ignore"):
        potentials = np.exp(different)
    ordinary = finite & (potentials >= _SMALLEST) & np.isfinite(potentials)
    texts = ["0"] * len(different)
    for i in np.flatnonzero(finite & ~ordinary).tolist():
        texts[i] = f"{_WIDE.exp(Decimal(different[i])):.17E}"
    pending = np.flatnonzero(ordinary)
    for i in pending.tolist():
        texts[i] = repr(float(potentials[i]))
    for n_digits in _DIGITS:
        pending = _try(pending, different, texts, [f"{p:.{n_digits}g}" for p in potentials[pending].tolist()])
    pending = _try(pending, different, texts, [texts[i] for i in pending.tolist()])
    for towards in (0.0, np.inf):  # exp rounds: a neighbour may have the exact log
        near = np.nextafter(potentials[pending], towards)
        pending = _try(pending, different, texts, [repr(p) for p in near.tolist()])
    return [texts[i] for i in inverse.reshape(-1).tolist()]


def _try(
    pending: NDArray[np.int64], logs: NDArray[np.float64], texts: list[str], spelt: list[str]
) -> NDArray[np.int64]:
    """Take the spellings whose log is right; return the places for which it is not."""
    right: NDArray[np.bool_] = np.log(np.array(list(map(float, spelt)), dtype=np.float64)) == logs[pending]
    for i, text, fits in zip(pending.tolist(), spelt, right.tolist(), strict=True):
        if fits:
            texts[i] = text
    left: NDArray[np.int64] = pending[~right]
    return left
