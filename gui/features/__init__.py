"""Which parts does the window have that it need not know one by one?"""

from __future__ import annotations

from .feature import Feature
from .layers import Layers

FEATURES: tuple[type[Feature], ...] = (Layers,)

__all__ = ["FEATURES", "Feature"]
