"""How are answers about a model exchanged with other programs: log Z, marginals, the most probable joint state?

The result files of the UAI inference competitions: a line with the task, then its numbers. PR is the base-10 logarithm
of Z of the clamped model; MAR the number of variables and, for each, its number of states and their probabilities; MPE
the number of variables and a state for each. Clamped variables are included. Older competitions put the number of
samples, 1, in between, and programs that improve an answer write several, divided by -BEGIN-; both are read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from models.errors import CancelToken, CliqueError, FileFormatError
from models.factor import frozen_array
from models.steps import Steps, drain
from models.ugm import UGM

from .saving import write_bytes
from .sources import as_path, extension_of
from .uai_tokens import MAX_BYTES, Tokens, read_tokens_steps

if TYPE_CHECKING:
    from models.exact import Decoding, Inference

Kind = Literal["PR", "MAR", "MPE"]
KINDS: tuple[Kind, ...] = ("PR", "MAR", "MPE")
DIGITS = 6
_LOOSE = 1e-3  # programs print few digits, so probabilities add up to one only roughly
_CALLED_ELSE = {b"MAP": "MPE", b"Z": "PR", b"BEL": "MAR"}  # by other years' rules


@dataclass(frozen=True, slots=True, eq=False)
class UaiAnswer:
    """What an answer file says.

    Attributes
    ----------
    kind : {"PR", "MAR", "MPE"}
    log10_z : float or None
        For PR: the number as it stands, the base-10 logarithm of Z by the competition's rules. (Some programs write the
        natural logarithm into such files; nothing in the file tells.)
    marginals : tuple of ndarray, shape (n_states,), or None
        For MAR: probabilities of each variable in model order. Read-only.
    states : tuple of int or None
        For MPE: the state of each variable in model order.
    """

    kind: Kind
    log10_z: float | None = None
    marginals: tuple[NDArray[np.float64], ...] | None = None
    states: tuple[int, ...] | None = None

    @property
    def log_z(self) -> float | None:
        """The natural logarithm of Z, from `log10_z`."""
        return None if self.log10_z is None else self.log10_z * math.log(10)


# --- writing -----------------------------------------------------------------------------------------------------


def write_answer(
    path: str | Path,
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    *,
    result: Inference | Decoding | None = None,
    digits: int | None = DIGITS,
    max_bytes: float | None = None,
) -> None:
    """Write the answer that the extension names: `.PR`, `.MAR` or `.MPE`, in upper or lower case.

    Parameters
    ----------
    path : str or Path
        Replaced in one step.
    ugm : UGM
    evidence : mapping of str to int, optional
        State, from 0, of each clamped variable.
    result : Inference or Decoding, optional
        What was computed already, for this model and evidence; otherwise it is computed here, exactly.
    digits : int or None
        Significant digits; None writes as many as give back the same float.
    max_bytes : float, optional
        Memory limit; see `models.infer`.

    Raises
    ------
    FileFormatError
        Another extension, or the file cannot be written.
    CliqueError
        The result is of another kind than the file.
    ZeroMassError, TooLargeError, EvidenceError
        There is no such answer, or it cannot be computed.
    """
    drain(write_answer_steps(path, ugm, evidence, result=result, digits=digits, max_bytes=max_bytes))


def write_answer_steps(
    path: str | Path,
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    *,
    result: Inference | Decoding | None = None,
    digits: int | None = DIGITS,
    max_bytes: float | None = None,
    cancel: CancelToken | None = None,
) -> Steps[None]:
    """Compute and write an answer in slices; see `write_answer`. Yields None."""
    from models.exact import decode_steps, infer_steps, log_z_steps

    path = as_path(path)
    kind = _kind_of(path)
    if result is None and kind == "PR":
        text = _pr_text((yield from log_z_steps(ugm, evidence, max_bytes, cancel)), digits)
    else:
        if result is None and kind == "MAR":
            result = yield from infer_steps(ugm, evidence, max_bytes, cancel, pairwise=False)
        elif result is None:
            result = yield from decode_steps(ugm, evidence, max_bytes, cancel)
        text = answer_text(kind, ugm, result, digits)
    write_bytes(path, text.encode("ascii"))


def _kind_of(path: Path) -> Kind:
    kind = extension_of(path).removeprefix(".").upper()
    if kind not in KINDS or path.suffix.lower() == ".gz":
        raise FileFormatError(
            path,
            "Answers are written to .PR (log Z), .MAR (marginals) or .MPE (best joint state). Rename the file.",
        )
    return kind


def answer_text(kind: Kind, ugm: UGM, result: Inference | Decoding, digits: int | None = DIGITS) -> str:
    """Return the content of an answer file; parameters and errors as `write_answer`."""
    from models.exact import Decoding

    if isinstance(result, Decoding):
        if kind == "MPE":
            states = [result.assignment[name] for name in ugm.names]
            return f"MPE\n{' '.join(map(str, [len(states), *states]))}\n"
        raise CliqueError(f"A most probable state does not answer {kind}. Write it to a .MPE file.")
    if kind == "MPE":
        raise CliqueError("Marginals do not answer MPE. Write them to a .MAR file, or decode the model.")
    if kind == "PR":
        return _pr_text(result.log_z, digits)
    fields = [str(len(ugm.variables))]
    for name in ugm.names:
        marginal = result.marginals[name]
        fields += [str(len(marginal)), *(_spelt(p, digits) for p in marginal.tolist())]
    return f"MAR\n{' '.join(fields)}\n"


def _pr_text(log_z: float, digits: int | None) -> str:
    return f"PR\n{_spelt(log_z / math.log(10), digits)}\n"


def _spelt(value: float, digits: int | None) -> str:
    value += 0.0  # no minus zero
    return repr(value) if digits is None else f"{value:.{digits}g}"


# --- reading -----------------------------------------------------------------------------------------------------


def read_uai_answer(path: str | Path, ugm: UGM | None = None, max_bytes: float = MAX_BYTES) -> UaiAnswer:
    """Read a PR, MAR or MPE file; the task is taken from its first line, not from its name.

    Parameters
    ----------
    path : str or Path
        Plain or gzipped. Of several answers divided by -BEGIN-, the last one counts.
    ugm : UGM, optional
        Numbers of variables and states are checked against this model.
    max_bytes : float
        Larger files are refused before they are read.

    Returns
    -------
    UaiAnswer

    Raises
    ------
    FileFormatError
        Not such a file, cut short, something left over, no probabilities, or an answer about another model. Carries
        the line.
    """
    tokens = drain(read_tokens_steps(as_path(path), max_bytes, None))
    kind = _read_kind(tokens)
    begins = [place for place, token in enumerate(tokens.items) if token.upper() == b"-BEGIN-"]
    if begins:
        tokens.place = begins[-1] + 1
    if kind == "PR":
        return _read_pr(tokens)
    if _has_sample_count(tokens, kind):
        tokens.place += 1
    n_variables = tokens.whole("the number of variables")
    if ugm is not None and n_variables != len(ugm.variables):
        raise tokens.fault(
            f"The answer is about {n_variables:,} variables; the model has {len(ugm.variables):,}. "
            "Choose the answer to this model."
        )
    per_variable = 1 if kind == "MPE" else 2
    if n_variables * per_variable > tokens.n_left:
        raise tokens.fault(
            f"{n_variables:,} variables are announced, but only {tokens.n_left:,} numbers follow. Get the whole file."
        )
    sizes = (None,) * n_variables if ugm is None else ugm.n_states
    if kind == "MPE":
        answer = UaiAnswer(kind, states=tuple([_read_state(tokens, i, size) for i, size in enumerate(sizes)]))
    else:
        answer = UaiAnswer(kind, marginals=tuple([_read_marginal(tokens, i, size) for i, size in enumerate(sizes)]))
    _check_end(tokens)
    return answer


def _read_kind(tokens: Tokens) -> Kind:
    word = tokens.word("PR, MAR or MPE").upper()
    kind = _CALLED_ELSE.get(word, word.decode("ascii", "replace"))
    if kind in KINDS:
        return kind
    if word in {b"MARKOV", b"BAYES"}:
        raise tokens.fault("This is a model, not an answer. Choose a .PR, .MAR or .MPE file.")
    raise tokens.fault(f'The file begins with "{tokens.shown()}". An answer begins with PR, MAR or MPE.')


def _has_sample_count(tokens: Tokens, kind: Kind) -> bool:
    """Whether the older dialect explains the file, which begins with 1, and the newer one does not."""
    items, start = tokens.items, tokens.place
    if tokens.n_left < 2 or not items[start].isdigit() or int(items[start]) != 1:
        return False
    return not _fits(items[start:], kind) and _fits(items[start + 1 :], kind)


def _fits(items: list[bytes], kind: Kind) -> bool:
    """Whether the counts in the numbers lead exactly to their end."""
    if not items[0].isdigit() or len(items[0]) > 18:
        return False
    n_variables, place = int(items[0]), 1
    if kind == "MPE":
        return len(items) == 1 + n_variables
    for _ in range(n_variables):
        if place >= len(items) or not items[place].isdigit() or len(items[place]) > 18:
            return False
        place += 1 + int(items[place])
    return place == len(items)


def _read_pr(tokens: Tokens) -> UaiAnswer:
    value = _number(tokens, "log10 Z")
    if tokens.n_left == 1 and value == 1.0:  # it was the number of samples
        value = _number(tokens, "log10 Z")
    if math.isnan(value) or value == math.inf:
        raise tokens.fault(f'"{tokens.shown()}" is no log10 Z. Give a finite number, or -inf when Z is zero.')
    _check_end(tokens)
    return UaiAnswer("PR", log10_z=value)


def _read_state(tokens: Tokens, i: int, n_states: int | None) -> int:
    state = tokens.whole(f"the state of variable {i}")
    if n_states is not None and state >= n_states:
        raise tokens.fault(f"Variable {i} has states 0 to {n_states - 1}, not {state:,}. Correct it.")
    return state


def _read_marginal(tokens: Tokens, i: int, n_states: int | None) -> NDArray[np.float64]:
    size = tokens.whole(f"the number of states of variable {i}")
    if n_states is not None and size != n_states:
        raise tokens.fault(
            f"The answer gives variable {i} {size:,} states; in the model it has {n_states:,}. "
            "Choose the answer to this model."
        )
    if size == 0 or size > tokens.n_left:
        raise tokens.fault(
            f"{size:,} states of variable {i} are announced, but {tokens.n_left:,} numbers follow. "
            "Correct the number, or get the whole file."
        )
    values = []
    for state in range(size):
        p = _number(tokens, f"the probability of state {state} of variable {i}")
        if not 0 <= p <= 1 + _LOOSE:
            raise tokens.fault(f'"{tokens.shown()}" is not a probability. Give a number from 0 to 1.')
        values.append(p)
    if abs(math.fsum(values) - 1) > _LOOSE:
        raise tokens.fault(
            f"The probabilities of variable {i} add up to {math.fsum(values):.6g} instead of 1. Correct them."
        )
    return frozen_array(values)


def _number(tokens: Tokens, what: str) -> float:
    token = tokens.word(what)
    try:
        return float(token)
    except ValueError:
        raise tokens.fault(f'Found "{tokens.shown()}" where {what} should be. Give a number.') from None


def _check_end(tokens: Tokens) -> None:
    if tokens.n_left:
        raise tokens.fault(
            f"{tokens.n_left:,} numbers are left over after the answer. Correct the counts, or remove them.",
            tokens.place,
        )
