"""How is a whole document written to a project file and read back, bit for bit?

`project_schema` says what the file holds. Reading is strict about types and values, by way of the constructors of the
values themselves, and every message names the place in the file. Writing replaces the old file in one step.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from models.conditioning import Evidence
from models.errors import CliqueError, FileFormatError
from models.factor import Factor
from models.project import DataReference, EvidenceSet, FitRecord, Group, Project
from models.soft_evidence import SoftEvidence, check_soft_evidence
from models.ugm import UGM, Variable

from .saving import write_bytes
from .sources import as_path, read_bytes

if TYPE_CHECKING:
    from . import project_schema as schema

MAX_BYTES = 256e6
T = TypeVar("T")


# --- writing -----------------------------------------------------------------------------------------------------


def write_project(project: Project, path: str | Path) -> None:
    """Write a project file (version 1), replacing an old one in one step.

    Raises
    ------
    FileFormatError
        The file cannot be written, or a text holds something that UTF-8 cannot (half a surrogate pair). The old file,
        if there was one, is as it was.
    """
    write_bytes(path, project_bytes(project, as_path(path)))


def project_bytes(project: Project, path: Path) -> bytes:
    """Return the content of the project file; `path` is named in errors."""
    import msgspec

    from . import project_schema as schema

    ugm = project.ugm
    fields: dict[str, Any] = {
        "format": schema.FORMAT,
        "version": schema.VERSION,
        "title": project.title,
        "variables": [
            schema.VariableRow(v.name, list(v.labels), _finite_pair(project.positions[v.name])) for v in ugm.variables
        ],
        "factors": _factor_rows(ugm),
        "evidence": _labels_of(ugm, project.evidence),
        "query": _labels_of(ugm, project.query),
        "groups": [
            schema.GroupRow(group.name, list(group.members), group.colour, group.block) for group in project.groups
        ],
        "data": None if project.data is None else schema.DataRow(project.data.source, dict(project.data.options)),
        "fits": [_fit_row(record) for record in project.fits],
    }
    if project.arcs:
        fields["arcs"] = list(project.arcs)
    if project.soft:
        fields["soft"] = _likelihoods_of(project.soft)
    if project.evidence_sets:
        fields["evidence_sets"] = [
            schema.EvidenceSetRow(each.name, _labels_of(ugm, each.evidence), _likelihoods_of(each.soft))
            for each in project.evidence_sets
        ]
    if project.ties:
        fields["ties"] = list(project.ties)
    encode = msgspec.json.encode
    try:
        # One variable, factor or fit a line: readable, and kind to version control.
        parts = [
            encode(key) + b": " + (_in_lines(map(encode, value)) if isinstance(value, list) else encode(value))
            for key, value in fields.items()
        ]
    except UnicodeEncodeError as error:
        raise FileFormatError(
            path, f"The text {error.object!a} cannot be saved: it holds half of a character. Type it again."
        ) from error
    except (TypeError, msgspec.MsgspecError) as error:
        raise FileFormatError(
            path, f"The options of the data cannot be saved ({error}). Load the data again."
        ) from error
    return b"{\n" + b",\n".join(parts) + b"\n}\n"


def _in_lines(rows: Iterable[bytes]) -> bytes:
    body = b",\n  ".join(rows)
    return b"[\n  " + body + b"\n]" if body else b"[]"


def _finite_pair(position: Sequence[float]) -> tuple[float, float]:
    x, y = (float(value) if math.isfinite(value) else 0.0 for value in position)
    return x, y


def _labels_of(ugm: UGM, states: Mapping[str, int]) -> dict[str, str]:
    return {name: ugm.variable(name).labels[state] for name, state in states.items()}


def _likelihoods_of(soft: SoftEvidence) -> dict[str, list[float]]:
    return {name: values.tolist() for name, values in soft.items()}


def _factor_rows(ugm: UGM) -> list[schema.FactorRow]:
    from . import project_schema as schema

    return [
        schema.FactorRow(list(f.scope), [None if x == -math.inf else x for x in f.log_table.reshape(-1).tolist()])
        for f in ugm.factors
    ]


def _number(value: float) -> schema.Number:
    value = float(value)
    if math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"


def _fit_row(record: FitRecord) -> schema.FitRow:
    from . import project_schema as schema

    model = None
    if record.ugm is not None:
        variables = [schema.PlainVariableRow(v.name, list(v.labels)) for v in record.ugm.variables]
        model = schema.ModelRow(variables, _factor_rows(record.ugm))
    return schema.FitRow(
        label=record.label,
        names=list(record.names),
        nll=_number(record.nll),
        decoding=[int(state) for state in record.decoding],
        event=[int(state) for state in record.event],
        p_first=_number(record.p_first),
        p_event=_number(record.p_event),
        p_last_given_rest=_number(record.p_last_given_rest),
        n_edges=None if record.n_edges is None else int(record.n_edges),
        n_parameters=None if record.n_parameters is None else int(record.n_parameters),
        p_event_drawn=None if record.p_event_drawn is None else _number(record.p_event_drawn),
        n_drawn=int(record.n_drawn),
        seconds=_number(record.seconds),
        optimizer=record.optimizer,
        converged=bool(record.converged),
        message=record.message,
        model=model,
        trace=list(map(_number, record.trace)),
    )


# --- reading -----------------------------------------------------------------------------------------------------


def read_project(path: str | Path, max_bytes: float = MAX_BYTES) -> Project:
    """Read a project file.

    Parameters
    ----------
    path : str or Path
    max_bytes : float
        Larger files are refused before they are read.

    Raises
    ------
    FileFormatError
        Not a project file, one of a newer version, or one whose content contradicts itself; names the place.
    """
    path = as_path(path)
    return parse_project(read_bytes(path, max_bytes), path)


def parse_project(content: bytes, path: Path) -> Project:
    """Return the project that the content of a project file holds; `path` is named in errors.

    Raises
    ------
    FileFormatError
        As `read_project`.
    """
    row = _decode(path, content.removeprefix(b"\xef\xbb\xbf"))
    ugm = _ugm(path, "", row.variables, row.factors)
    for k, name in ((k, name) for k, arc in enumerate(row.arcs) for name in arc if name not in ugm):
        raise FileFormatError(path, f"arcs[{k}] names {name}, which is no variable. Remove it there.")
    return _made(
        path,
        "",
        lambda: Project(
            ugm=ugm,
            evidence=Evidence(_states_of(path, "evidence", ugm, row.evidence)),
            positions={variable.name: variable.position for variable in row.variables},
            groups=tuple(Group(g.name, tuple(g.members), g.colour, g.block) for g in row.groups),
            query=_states_of(path, "query", ugm, row.query),
            data=None if row.data is None else DataReference(row.data.source, tuple(_frozen(row.data.options).items())),
            fits=tuple(_fit(path, f"fits[{k}].", fit) for k, fit in enumerate(row.fits)),
            title=row.title,
            arcs=tuple(row.arcs),
            soft=_soft_of(path, "soft", ugm, row.soft),
            evidence_sets=tuple(
                _evidence_set(path, f"evidence_sets[{k}]", ugm, each) for k, each in enumerate(row.evidence_sets)
            ),
            ties=tuple(_tie(path, f"ties[{k}]", ugm, tie) for k, tie in enumerate(row.ties)),
        ),
    )


def _soft_of(path: Path, where: str, ugm: UGM, likelihoods: Mapping[str, Sequence[float]]) -> SoftEvidence:
    return _made(path, where, lambda: check_soft_evidence(ugm, SoftEvidence(likelihoods)))


def _evidence_set(path: Path, where: str, ugm: UGM, row: schema.EvidenceSetRow) -> EvidenceSet:
    states = Evidence(_states_of(path, f"{where}.evidence", ugm, row.evidence))
    soft = _soft_of(path, f"{where}.soft", ugm, row.soft)
    return _made(path, where, lambda: EvidenceSet(row.name, states, soft))


def _tie(path: Path, where: str, ugm: UGM, scopes: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    known = {factor.scope for factor in ugm.factors}
    for scope in map(tuple, scopes):
        if scope not in known:
            raise FileFormatError(
                path, f"{where} names a factor over ({', '.join(scope)}), which is not there. Remove it there."
            )
    return tuple(map(tuple, scopes))


def _decode(path: Path, content: bytes) -> schema.ProjectRow:
    import msgspec

    from . import project_schema as schema

    try:
        head = msgspec.json.decode(content, type=schema.Head)
        if head.format != schema.FORMAT:
            raise FileFormatError(
                path, f'The file says it is a "{head.format}", not a "{schema.FORMAT}". Choose a Clique project.'
            )
        if not 1 <= head.version <= schema.VERSION:
            raise FileFormatError(
                path,
                f"The project is of version {head.version}; this Clique reads version {schema.VERSION}. "
                "Get a newer Clique, or save the project from there in the older version.",
            )
        return msgspec.json.decode(content, type=schema.ProjectRow)
    except msgspec.ValidationError as error:
        what = str(error)
        if "required field `format`" in what or ("Expected `object`" in what and "$." not in what):
            message = "This is JSON, but not a Clique project. Choose a file that Clique saved."
        else:
            message = f"{what}. Correct that place, or use a copy of the project."
        raise FileFormatError(path, message) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _malformed(path, content, error) from error
    except RecursionError as error:
        raise FileFormatError(path, "The JSON is nested too deeply for a Clique project. Use a copy of it.") from error


def _malformed(path: Path, content: bytes, error: Exception) -> FileFormatError:
    if isinstance(error, UnicodeDecodeError):
        place, what = error.start, "The text is not UTF-8"
    elif "truncated" in str(error):
        place, what = len(content.rstrip()), "The file is cut short"
    else:
        found = re.search(r"\(byte (\d+)\)", str(error))
        place, what = int(found[1]) if found else 0, "This is not well-formed JSON"
    line = content.count(b"\n", 0, place) + 1
    return FileFormatError(path, f"{what}, so it is no Clique project. Use a copy of the project.", line)


def _made(path: Path, where: str, make: Callable[[], T]) -> T:
    """Make a value; what its constructor objects to becomes an error of the file."""
    try:
        return make()
    except FileFormatError:
        raise
    except CliqueError as error:
        raise FileFormatError(path, f"{where.rstrip('.')}: {error}" if where else str(error)) from error


def _ugm(
    path: Path,
    where: str,
    variables: Sequence[schema.VariableRow | schema.PlainVariableRow],
    factors: Sequence[schema.FactorRow],
) -> UGM:
    def variable(k: int) -> Variable:
        row = variables[k]
        return _made(path, f"{where}variables[{k}]", lambda: Variable(row.name, tuple(row.labels)))

    made = [variable(k) for k in range(len(variables))]
    empty = _made(path, where, lambda: UGM(made))  # names differ: now they can stand for variables
    sizes = dict(zip(empty.names, empty.n_states, strict=True))
    tables = [_factor(path, f"{where}factors[{k}]", row, sizes) for k, row in enumerate(factors)]
    return _made(path, where, lambda: UGM(empty.variables, tables))


def _factor(path: Path, where: str, row: schema.FactorRow, sizes: Mapping[str, int]) -> Factor:
    for name in row.scope:
        if name not in sizes:
            raise FileFormatError(path, f"{where}: the scope names {name}, which is no variable. Correct the name.")
    shape = [sizes[name] for name in row.scope]
    if prod(shape) != len(row.log_table):
        raise FileFormatError(
            path,
            f"{where}: the log table of ({', '.join(row.scope)}) has {len(row.log_table):,} entries; its states give "
            f"{prod(shape):,}. Give one entry for each joint state.",
        )
    entries = np.array([-np.inf if entry is None else entry for entry in row.log_table], dtype=np.float64)
    try:
        table = entries.reshape(shape)
    except ValueError as error:
        raise FileFormatError(path, f"{where}: a scope of {len(shape)} variables is too long.") from error
    return _made(path, where, lambda: Factor(row.scope, table))


def _states_of(path: Path, where: str, ugm: UGM, labels: Mapping[str, str]) -> dict[str, int]:
    states = {}
    for name, label in labels.items():
        if name not in ugm:
            raise FileFormatError(path, f"{where} names {name}, which is no variable. Remove it there.")
        known = ugm.variable(name).labels
        if label not in known:
            raise FileFormatError(
                path, f'{where}: {name} has no state "{label}"; its states are {", ".join(known[:20])}. Correct it.'
            )
        states[name] = known.index(label)
    return states


def _frozen(value: Any) -> Any:
    """Return options as they were before JSON made lists of tuples."""
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    if isinstance(value, dict):
        return {key: _frozen(entry) for key, entry in value.items()}
    return value


def _fit(path: Path, where: str, row: schema.FitRow) -> FitRecord:
    if not len(row.names) == len(row.decoding) == len(row.event):
        raise FileFormatError(path, f"{where}names, decoding and event differ in length. Remove this fit.")
    if min(chain(row.decoding, row.event), default=0) < 0:
        raise FileFormatError(path, f"{where}decoding and event are state numbers, zero or more. Remove this fit.")
    return FitRecord(
        label=row.label,
        names=tuple(row.names),
        nll=float(row.nll),
        decoding=tuple(row.decoding),
        event=tuple(row.event),
        p_first=float(row.p_first),
        p_event=float(row.p_event),
        p_last_given_rest=float(row.p_last_given_rest),
        n_edges=row.n_edges,
        n_parameters=row.n_parameters,
        p_event_drawn=None if row.p_event_drawn is None else float(row.p_event_drawn),
        n_drawn=row.n_drawn,
        seconds=float(row.seconds),
        optimizer=row.optimizer,
        converged=row.converged,
        message=row.message,
        ugm=None if row.model is None else _ugm(path, f"{where}model.", row.model.variables, row.model.factors),
        trace=tuple(map(float, row.trace)),
    )
