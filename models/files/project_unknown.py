"""Which fields of a project file does this version of Clique not know?

A newer Clique may write more about a document than this one can hold. Such fields do no harm, but they are lost when
the document is saved from here; whoever opens the file should hear of it before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from .project_schema import ProjectRow

_objects = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])


def unknown_fields(content: bytes) -> tuple[str, ...]:
    """Return the fields of a valid project file that are not in the schema, each once, as paths: "groups.shape"."""
    return tuple(dict.fromkeys(_unknown(b"[" + content + b"]", msgspec.inspect.type_info(ProjectRow), "")))


def _unknown(rows: bytes, kind: Any, where: str) -> Iterator[str]:
    """Yield the unknown fields of a list of objects, and of the objects in them."""
    known = {field.encode_name: field.type for field in kind.fields}
    inner: dict[str, list[bytes]] = {}
    for row in _objects.decode(rows):
        for name, value in row.items():
            if name not in known:
                yield where + name
            elif _row_of(known[name]) is not None:
                inner.setdefault(name, []).append(bytes(value).strip())
    for name, values in inner.items():
        lists = [value[1:-1].strip() if value.startswith(b"[") else value for value in values]
        joined = b",".join(part for part in lists if part and part != b"null")
        if joined:
            yield from _unknown(b"[" + joined + b"]", _row_of(known[name]), f"{where}{name}.")


def _row_of(kind: Any) -> Any:
    """Return the struct that a field holds: by itself, in a list, or where it may also be null."""
    if isinstance(kind, msgspec.inspect.StructType):
        return kind
    if isinstance(kind, msgspec.inspect.ListType):
        return _row_of(kind.item_type)
    if isinstance(kind, msgspec.inspect.UnionType):
        return next((found for each in kind.types if (found := _row_of(each)) is not None), None)
    return None
