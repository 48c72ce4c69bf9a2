"""How does evidence enter that only makes some states of a variable more likely than others?

Soft evidence on a variable x is a likelihood: a number L(s) = p(what was seen | x = s) for each state. It multiplies
the model, as if a child of x had been observed (virtual evidence; Pearl, Probabilistic Reasoning in Intelligent
Systems, 1988): p(x, all else | seen) is proportional to p(x, all else) L(x). Only ratios matter for that; a likelihood
of ones says nothing, and a zero says "not this state". It is not a target: the marginal of x afterwards is its
marginal before, times L, normalised, and other evidence moves it further.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from operator import index as as_index

import numpy as np
from numpy.typing import ArrayLike

from .conditioning import Evidence
from .errors import EvidenceError
from .factor import Factor, Floats, frozen_array
from .ugm import UGM, Variable

_KEPT = 8  # products of a model and soft evidence
_MOST_LISTED = 3  # states in words

SoftLike = Mapping[str, ArrayLike]
"""What every `soft` argument takes: a `SoftEvidence`, or a plain mapping from name to likelihood."""


class SoftEvidence(Mapping[str, Floats]):
    """Likelihoods of softly observed variables: a read-only mapping from name to a number for each state.

    Parameters
    ----------
    likelihoods : mapping of str to array_like, shape (n_states,), optional
        Finite numbers, zero or more, not all zero; not logs, and they need not sum to one. Copied, read-only.

    Raises
    ------
    EvidenceError
        Entries that no likelihood can have.

    Notes
    -----
    Equality and hash go by content. What `exclude` says of a variable without a likelihood holds however many states
    it has: the array then ends with the last excluded state, and states beyond it count one.
    `check_soft_evidence` completes it.
    """

    __slots__ = ("_likelihoods", "_open")

    def __init__(self, likelihoods: SoftLike | None = None) -> None:
        given = {} if likelihoods is None else likelihoods
        self._open: frozenset[str] = given._open if isinstance(given, SoftEvidence) else frozenset()
        self._likelihoods: dict[str, Floats] = {
            name: values if name in self._open else _likelihood(name, values)  # type: ignore[misc]
            for name, values in given.items()
        }

    def __getitem__(self, name: str) -> Floats:
        return self._likelihoods[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._likelihoods)

    def __len__(self) -> int:
        return len(self._likelihoods)

    def _content(self) -> frozenset[tuple[str, bool, bytes]]:
        return frozenset((name, name in self._open, values.tobytes()) for name, values in self._likelihoods.items())

    def __eq__(self, other: object) -> bool:
        return self._content() == other._content() if isinstance(other, SoftEvidence) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._content())

    def __repr__(self) -> str:
        return f"SoftEvidence({ {name: values.tolist() for name, values in self._likelihoods.items()}!r})"

    def weigh(self, name: str, likelihood: ArrayLike) -> SoftEvidence:
        """Return soft evidence with one more observation of a variable.

        Parameters
        ----------
        name : str
        likelihood : array_like, shape (n_states,)
            Multiplied into what is known of the variable already, as independent observations are; `release` the
            variable first to put another likelihood in its place.

        Raises
        ------
        EvidenceError
            Entries that no likelihood can have, another number of states than before, or no state is left.
        """
        new = _likelihood(name, likelihood)
        return self._with(name, new) if name not in self else self._with(name, self._product(name, new))

    def exclude(self, name: str, *states: int) -> SoftEvidence:
        """Return soft evidence with "not this state": a likelihood of zero there, what was known elsewhere.

        Parameters
        ----------
        name : str
        *states : int
            From 0.

        Raises
        ------
        EvidenceError
            A state is not a whole number from 0 on, is beyond a likelihood that is known, or no state is left.
        """
        try:
            places = [as_index(state) for state in states]
        except TypeError:
            places = [-1]
        if any(place < 0 for place in places):
            raise EvidenceError(f"{name} cannot exclude {', '.join(map(str, states))}. Give states by number, from 0.")
        if not places:
            return self
        open_ended = name not in self or name in self._open
        length = max([len(self[name]) if name in self else 0, *(place + 1 for place in places)])
        if not open_ended and length > len(self[name]):
            raise EvidenceError(
                f"{name} has a likelihood of {len(self[name])} states, 0 to {len(self[name]) - 1}; "
                f"state {length - 1} cannot be excluded."
            )
        values = np.ones(length)
        if name in self:
            values[: len(self[name])] = self[name]
        values[places] = 0.0
        if not open_ended:
            return self._with(name, _likelihood(name, values))
        return self._with(name, frozen_array(values), open_ended=True)

    def release(self, *names: str) -> SoftEvidence:
        """Return soft evidence without the given variables; one that has none is ignored."""
        changed = SoftEvidence()
        changed._likelihoods = {name: values for name, values in self._likelihoods.items() if name not in names}
        changed._open = self._open - set(names)
        return changed

    def renamed(self, change: Mapping[str, str]) -> SoftEvidence:
        """Return soft evidence with variables called by their new names."""
        if not any(name in change for name in self):
            return self
        changed = SoftEvidence()
        changed._likelihoods = {change.get(name, name): values for name, values in self._likelihoods.items()}
        changed._open = frozenset(change.get(name, name) for name in self._open)
        return changed

    def without_state(self, name: str, state: int) -> SoftEvidence:
        """Return soft evidence for a variable that has lost a state; released where no other state was possible."""
        if name not in self or state >= len(self[name]):
            return self
        left = np.delete(self[name], state)
        if not left.any():
            return self.release(name)
        return self._with(name, frozen_array(left), open_ended=name in self._open)

    def _with(self, name: str, values: Floats, open_ended: bool = False) -> SoftEvidence:
        changed = SoftEvidence()
        changed._likelihoods = {**self._likelihoods, name: values}
        changed._open = self._open | {name} if open_ended else self._open - {name}
        return changed

    def _product(self, name: str, new: Floats) -> Floats:
        old = self[name]
        if name in self._open and len(old) <= len(new):
            old = np.concatenate([old, np.ones(len(new) - len(old))])
        if len(old) != len(new):
            raise EvidenceError(
                f"{name} has a likelihood of {len(old)} states; another one of {len(new)} cannot be multiplied in. "
                "Give one number for each state."
            )
        with np.errstate(over="ignore", under="ignore"):
            product = old * new
        if (np.isinf(product) | ((product == 0.0) & (old > 0.0) & (new > 0.0))).any():
            raise EvidenceError(
                f"The likelihoods of {name} multiply to numbers beyond the range of a double. Scale them to about one."
            )
        return _likelihood(name, product)


def _likelihood(name: str, values: ArrayLike) -> Floats:
    """Return a likelihood as a read-only array, or say what is wrong with it."""
    try:
        array = frozen_array(values)
    except (TypeError, ValueError):
        array = np.zeros((0, 0))
    if array.ndim != 1 or not array.size:
        raise EvidenceError(f"The likelihood of {name} is not a list of numbers. Give one number for each state.")
    wrong = np.flatnonzero(~(np.isfinite(array) & (array >= 0.0)))
    if len(wrong):
        raise EvidenceError(
            f"The likelihood of {name} is {array[wrong[0]]:g} in state {wrong[0]}. "
            "Give a finite number that is zero or more; zero excludes the state."
        )
    if not array.any():
        raise EvidenceError(f"The likelihood of {name} is zero in every state. Leave at least one state possible.")
    return array if not np.signbit(array).any() else frozen_array(np.abs(array))  # -0.0 is 0.0


def check_soft_evidence(ugm: UGM, soft: SoftLike | None) -> SoftEvidence:
    """Return soft evidence as a value whose names and lengths fit the model.

    Parameters
    ----------
    ugm : UGM
    soft : SoftEvidence or mapping of str to array_like, optional

    Returns
    -------
    SoftEvidence
        Every likelihood has one number for each state.

    Raises
    ------
    EvidenceError
        An unknown variable, a likelihood of another length than the variable has states, entries that no likelihood
        can have, or a variable with no state left.
    """
    checked = soft if isinstance(soft, SoftEvidence) else SoftEvidence(soft)
    complete: dict[str, Floats] = {}
    for name, values in checked.items():
        if name not in ugm:
            raise EvidenceError(f"The soft evidence names {name}, which is not a variable of the model. Release it.")
        n_states = ugm.variable(name).n_states
        if name in checked._open and len(values) <= n_states:
            values = np.concatenate([values, np.ones(n_states - len(values))])
            if not values.any():
                raise EvidenceError(f"Every state of {name} is excluded. Leave at least one state possible.")
        if len(values) != n_states:
            raise EvidenceError(
                f"{name} has {n_states} states, 0 to {n_states - 1}; its soft evidence speaks of {len(values)}. "
                "Give one number for each state."
            )
        complete[name] = values
    return checked if not checked._open else SoftEvidence(complete)


def fitted_soft_evidence(ugm: UGM, soft: SoftEvidence) -> SoftEvidence:
    """Return what of the soft evidence fits the model, complete; the same object where nothing changes."""
    fits = {}
    for name in soft:
        try:
            checked = check_soft_evidence(ugm, soft.release(*(other for other in soft if other != name)))
        except EvidenceError:
            continue
        fits[name] = checked[name]
    if len(fits) == len(soft) and not soft._open:
        return soft
    return SoftEvidence(fits)


class Likelihood(Factor):
    """The factor over one softly observed variable; a kind of its own, so that it can be told from the model's."""

    __slots__ = ()


def with_soft_evidence(ugm: UGM, soft: SoftLike | None) -> UGM:
    """Return the model times the likelihoods: one more factor for each softly observed variable.

    Parameters
    ----------
    ugm : UGM
    soft : SoftEvidence or mapping of str to array_like, optional

    Returns
    -------
    UGM
        The model itself without soft evidence. Otherwise its factors and then a `Likelihood` for each softly observed
        variable, in model order, so that other numbers on the same variables make a model of the same structure. Its
        log Z less that of `ugm` is the log of the expected product of likelihoods, as they were given. The newest few
        are kept: the very same model and `SoftEvidence` give the very same product, with all that is known of it.

    Raises
    ------
    EvidenceError
        See `check_soft_evidence`.
    """
    if not soft:
        return ugm
    key = (id(ugm), id(soft))
    with _lock:
        known = _products.get(key)
        if known is not None:
            _products.move_to_end(key)
            return known[2]
    checked = check_soft_evidence(ugm, soft)
    with np.errstate(divide="ignore"):
        factors = [Likelihood((name,), np.log(checked[name])) for name in sorted(checked, key=ugm.index)]
    product = UGM(ugm.variables, (*ugm.factors, *factors))
    if isinstance(soft, SoftEvidence):  # a plain mapping could be changed later
        with _lock:
            _products[key] = (ugm, soft, product)
            if len(_products) > _KEPT:
                _products.popitem(last=False)
    return product


_products: OrderedDict[tuple[int, int], tuple[UGM, SoftEvidence, UGM]] = OrderedDict()  # kept alive: ids stay unique
_lock = threading.Lock()


def likelihood_words(variable: Variable, likelihood: ArrayLike) -> str:
    """Say what is softly known of a variable: "x1 not b", "x1 only a or c", "the soft evidence on x1 (not b)".

    Parameters
    ----------
    variable : Variable
    likelihood : array_like, shape (n_states,)
    """
    values = np.asarray(likelihood, dtype=np.float64)
    excluded = [variable.labels[state] for state in np.flatnonzero(values == 0.0).tolist()]
    left = [variable.labels[state] for state in np.flatnonzero(values > 0.0).tolist()]
    if len(excluded) <= _MOST_LISTED:
        words = f"not {_either(excluded)}"
    elif 0 < len(left) <= _MOST_LISTED:
        words = f"only {_either(left)}"
    else:
        words = f"not any of {len(excluded)} states"
    if excluded and len(set(values[values > 0.0].tolist())) == 1:
        return f"{variable.name} {words}"
    return f"the soft evidence on {variable.name}" + (f" ({words})" if excluded else "")


def _either(labels: list[str]) -> str:
    return f"{', '.join(labels[:-1])} or {labels[-1]}" if len(labels) > 1 else "".join(labels)


def switches_of(ugm: UGM) -> dict[str, str]:
    """Return names for the soft observations that exclude a state, none a variable's, and the variables they are of."""
    found: dict[str, str] = {}
    for factor in ugm.factors:
        if isinstance(factor, Likelihood) and np.isneginf(factor.log_table).any():
            name = f"the soft evidence on {factor.scope[0]}"
            while name in ugm or name in found:
                name += "'"
            found[name] = factor.scope[0]
    return found


def with_switches(ugm: UGM, evidence: Evidence) -> tuple[UGM, Evidence]:
    """Turn soft observations that exclude a state into clamps, so that they can be taken back one by one.

    Each becomes a variable, named by `switches_of`, with a factor that lets it be in state 1 only where the likelihood
    is not zero, and in state 0 everywhere; it is clamped to 1. The support is that of the model given.
    """
    switches = switches_of(ugm)
    if not switches:
        return ugm, evidence
    names = iter(switches)
    factors = []
    for factor in ugm.factors:
        if isinstance(factor, Likelihood) and np.isneginf(factor.log_table).any():
            allowed = np.where(np.isneginf(factor.log_table), -np.inf, 0.0)
            table = np.stack([np.zeros(len(allowed)), allowed], axis=1)
            factors.append(Factor((factor.scope[0], next(names)), table))
        else:
            factors.append(factor)
    variables = [*ugm.variables, *(Variable.of_size(name, 2) for name in switches)]
    return UGM(variables, factors), Evidence({**evidence, **dict.fromkeys(switches, 1)})
