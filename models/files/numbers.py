"""Which tables of numbers can be taken out of a project, and what do their columns say?

CSV with a header, one row for each number, so that a spreadsheet or a script can filter and pivot it: marginals, joint
probabilities of the ends of every edge, the table of fits, the factor tables. Numbers have as many digits as give back
the same float. Text in other alphabets is preceded by the mark that spreadsheets need to see that it is UTF-8.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from models.errors import TooLargeError
from models.project import FitRecord, Project
from models.ugm import UGM

if TYPE_CHECKING:
    from models.exact import Inference

MAX_ROWS = 5_000_000
Row = Sequence[Any]


def marginal_rows(project: Project, inference: Inference, prior: Inference | None = None) -> Iterator[Row]:
    """Yield a header, then a row for each state of each variable.

    Parameters
    ----------
    project : Project
    inference : Inference
        Given the project's evidence.
    prior : Inference, optional
        Without evidence; its column is empty where there is none.
    """
    yield "variable", "state", "probability", "probability_without_evidence", "evidence"
    for variable in project.ugm.variables:
        name = variable.name
        clamped = project.evidence.get(name)
        likelihood = project.soft.get(name)
        before = None if prior is None else prior.marginals[name]
        for k, label in enumerate(variable.labels):
            seen = "" if clamped is None else "clamped" if clamped == k else "excluded"
            if not seen and likelihood is not None:
                seen = f"likelihood {float(likelihood[k])!r}"
            without = "" if before is None else float(before[k])
            yield name, label, float(inference.marginals[name][k]), without, seen


def pairwise_rows(ugm: UGM, inference: Inference) -> Iterator[Row]:
    """Yield a header, then a row for each joint state of the two ends of each edge."""
    yield "first", "first_state", "second", "second_state", "probability"
    for a, b in ugm.edges:
        table = inference.pairwise[a, b]
        labels = ugm.variable(a).labels, ugm.variable(b).labels
        for i, first in enumerate(labels[0]):
            for j, second in enumerate(labels[1]):
                yield a, first, b, second, float(table[i, j])


def factor_rows(ugm: UGM) -> Iterator[Row]:
    """Yield a header, then a row for each entry of each factor's table.

    Variables and states stand in pairs of columns, as many as the largest scope has; the log is the natural one.
    """
    most = max((len(factor.scope) for factor in ugm.factors), default=0)
    yield (
        "factor",
        *(word for k in range(1, most + 1) for word in (f"variable_{k}", f"state_{k}")),
        "potential",
        "log_potential",
    )
    for place, factor in enumerate(ugm.factors, start=1):
        empty = [""] * (2 * (most - len(factor.scope)))
        labels = [ugm.variable(name).labels for name in factor.scope]
        for states, value in zip(product(*labels), factor.log_table.reshape(-1).tolist(), strict=True):
            pairs = (word for pair in zip(factor.scope, states, strict=True) for word in pair)
            yield place, *pairs, *empty, _exp(value), value


def fit_rows(fits: Iterable[FitRecord]) -> Iterator[Row]:
    """Yield a header, then a row for each fit; the data's own row has no edges and no parameters."""
    yield (
        "fit", "edges", "parameters", "nll", "event", "p_first", "p_event", "p_last_given_rest", "p_event_drawn",
        "n_drawn", "decoding", "optimizer", "converged", "seconds", "message",
    )  # fmt: skip
    for record in fits:
        labels = (
            None if record.ugm is None else {v.name: v.labels for v in record.ugm.variables if v.name in record.names}
        )
        yield (
            record.label, _blank(record.n_edges), _blank(record.n_parameters), record.nll,
            _states(record, record.event, labels), record.p_first, record.p_event, record.p_last_given_rest,
            _blank(record.p_event_drawn), record.n_drawn, _states(record, record.decoding, labels), record.optimizer,
            record.converged, record.seconds, record.message,
        )  # fmt: skip


def csv_bytes(rows: Iterable[Row]) -> bytes:
    """Return rows as the content of a CSV file (RFC 4180, UTF-8).

    Raises
    ------
    TooLargeError
        More than `MAX_ROWS` rows.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    for count, row in enumerate(rows):
        if count > MAX_ROWS:
            raise TooLargeError(
                f"The table would have more than {MAX_ROWS:,} rows, which no spreadsheet opens. Read the numbers in a "
                "script: `import models` gives them as arrays.",
                float(count),
                float(MAX_ROWS),
            )
        writer.writerow(row)
    content = text.getvalue()
    return content.encode("ascii" if content.isascii() else "utf-8-sig", "replace")


def _states(record: FitRecord, states: Sequence[int], labels: dict[str, tuple[str, ...]] | None) -> str:
    """Write a joint state: labels where the model says them, else state numbers; apart where one has many letters."""
    words = [
        labels[name][state] if labels is not None and name in labels and state < len(labels[name]) else str(state)
        for name, state in zip(record.names, states, strict=True)
    ]
    return "".join(words) if all(len(word) == 1 for word in words) else " ".join(words)


def _blank(value: float | None) -> float | str:
    return "" if value is None else value


def _exp(log: float) -> float:
    return math.exp(log) if log < 709 else math.inf
