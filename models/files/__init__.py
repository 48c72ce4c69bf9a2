"""Reading and writing of files: projects, UAI models and evidence, PACE graphs, tables of data."""

from .formats import FORMATS, Format, format_of
from .opening import (
    read_any,
    read_any_steps,
    read_graph,
    read_model,
    read_project,
    write_model,
    write_project,
)
from .tables import read_dataset, read_dataset_steps
from .uai import read_evidence, read_uai
from .uai_writing import write_uai

__all__ = [
    "FORMATS",
    "Format",
    "format_of",
    "read_any",
    "read_any_steps",
    "read_dataset",
    "read_dataset_steps",
    "read_evidence",
    "read_graph",
    "read_model",
    "read_project",
    "read_uai",
    "write_model",
    "write_project",
    "write_uai",
]
