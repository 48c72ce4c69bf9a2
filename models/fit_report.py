"""What does one fit say about the data's commonest row, and how do two fits differ?

The row of the table of fits: how well the model fits (NLL), what it thinks most probable, and what it gives the event
that the data show most often (1234 among PINs), exactly and in independent draws. The data's own row answers the same
questions by counting.
"""

from __future__ import annotations

from collections.abc import Generator
from math import exp
from typing import TYPE_CHECKING

import numpy as np

from .project import FitRecord
from .steps import drain

if TYPE_CHECKING:
    from .dataset import Dataset
    from .learning import FitResult

DATA_LABEL = "data"


def data_record(dataset: Dataset) -> FitRecord:
    """Return the data's own row: shares where a fit has probabilities, entropy where a fit has its NLL.

    Parameters
    ----------
    dataset : Dataset

    Returns
    -------
    FitRecord
        `nll` is the entropy of the rows in nats, which no model can go below; there is no model in it.
    """
    names, event = dataset.names, dataset.commonest_row()
    states = dict(zip(names, event, strict=True))
    rest = {name: states[name] for name in names[:-1]}
    p_event = dataset.share(states)
    n_distinct = len(dataset.distinct()[0])
    return FitRecord(
        label=DATA_LABEL,
        names=names,
        nll=dataset.nll_saturated(),
        decoding=event,
        event=event,
        p_first=dataset.share({names[0]: event[0]}),
        p_event=p_event,
        p_last_given_rest=p_event / dataset.share(rest),
        message=f"{dataset.n_rows:,} rows, {n_distinct:,} of them different",
    )


def report(dataset: Dataset, result: FitResult, label: str, seed: int = 0, n_draws: int = 1000) -> FitRecord:
    """Return a fit's row of the table.

    Parameters
    ----------
    dataset : Dataset
        What the model was fitted to; its commonest row is the event asked about.
    result : FitResult
    label : str
        Short name of the set of factors.
    seed : int
        Of the independent exact draws.
    n_draws : int
        How many.

    Returns
    -------
    FitRecord
        Probabilities are exact but for `p_event_drawn`, the share of the draws that equal the event.

    Raises
    ------
    TooLargeError
        Exact inference would not fit in memory.
    """
    return drain(report_steps(dataset, result, label, seed, n_draws))


def report_steps(
    dataset: Dataset, result: FitResult, label: str, seed: int = 0, n_draws: int = 1000
) -> Generator[None, None, FitRecord]:
    """Make a fit's row in slices; see `report`."""
    from .exact import decode_steps, draw_steps, infer_steps
    from .learning import n_edges

    ugm, names, event = result.ugm, dataset.names, dataset.commonest_row()
    states = dict(zip(names, event, strict=True))
    whole = yield from infer_steps(ugm, pairwise=False)
    decoding = yield from decode_steps(ugm)
    rest = {name: states[name] for name in names[:-1]}
    given_rest = yield from infer_steps(ugm, rest, pairwise=False)
    drawn = None
    if n_draws > 0:
        draws = yield from draw_steps(ugm, n_draws, seed=seed)
        drawn = float(np.mean((draws == np.array(event)).all(axis=1)))
    return FitRecord(
        label=label,
        names=names,
        nll=result.nll,
        decoding=tuple(decoding.assignment[name] for name in names),
        event=event,
        p_first=float(whole.marginals[names[0]][event[0]]),
        p_event=exp(min(ugm.log_score(states) - whole.log_z, 0.0)),
        p_last_given_rest=float(given_rest.marginals[names[-1]][event[-1]]),
        n_edges=n_edges(result.scopes),
        n_parameters=result.n_parameters,
        p_event_drawn=drawn,
        n_drawn=n_draws,
        seconds=result.seconds,
        optimizer=result.optimizer,
        converged=result.converged,
        message=result.message,
        ugm=ugm,
        trace=result.trace,
    )


def coursework_note(optimum: FitRecord, course: FitRecord) -> str:
    """Return one sentence on why the course's figures differ from the optimum of the same model.

    Parameters
    ----------
    optimum, course : FitRecord
        Two fits of the same set of factors to the same data; the second by the course's optimiser.
    """
    if course.converged:
        return f"On these data the course's optimiser reaches the optimum too: NLL {_nll_words(optimum)}."
    return (
        f"As in the course, the {course.label} fit {course.message}, so its NLL is {_nll_words(course)} instead of "
        f"{_nll_words(optimum)}, and it gives the last variable {course.p_last_given_rest:.3f} instead of "
        f"{optimum.p_last_given_rest:.3f}: it is the same model, stopped early."
    )


def _nll_words(record: FitRecord) -> str:
    return f"{max(0.0, record.nll):.3f}"  # rounding may leave it a little below zero
