"""Which files can be read and written, and by what?"""

from .tables import read_dataset, read_dataset_steps

__all__ = ["read_dataset", "read_dataset_steps"]
