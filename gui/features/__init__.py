"""Which parts does the window have that it need not know one by one?"""

from __future__ import annotations

from .feature import Feature

FEATURES: tuple[type[Feature], ...] = ()

__all__ = ["FEATURES", "Feature"]
