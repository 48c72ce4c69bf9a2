"""Everything that shows or listens: the window, its panels and its canvas. It never computes."""

__version__ = "0.1.0"
