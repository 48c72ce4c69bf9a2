"""Reading and writing of files: projects, UAI models, evidence and answers, BIF, PACE graphs, tables of data."""

from .bif import read_bif
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
from .uai_answers import UaiAnswer, read_uai_answer, write_answer, write_answer_steps
from .uai_writing import write_evidence, write_uai

__all__ = [
    "FORMATS",
    "Format",
    "UaiAnswer",
    "format_of",
    "read_any",
    "read_any_steps",
    "read_bif",
    "read_dataset",
    "read_dataset_steps",
    "read_evidence",
    "read_graph",
    "read_model",
    "read_project",
    "read_uai",
    "read_uai_answer",
    "write_answer",
    "write_answer_steps",
    "write_evidence",
    "write_model",
    "write_project",
    "write_uai",
]
