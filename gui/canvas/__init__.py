"""The canvas: a scene whose items mirror the project, and the view onto it."""

from .scene import GraphScene
from .view import GraphView

__all__ = ["GraphScene", "GraphView"]
