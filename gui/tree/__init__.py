"""The junction tree beside the graph."""

from .panel import TreePanel

__all__ = ["TreePanel"]
