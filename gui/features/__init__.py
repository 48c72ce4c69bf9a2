"""Which parts does the window have that it need not know one by one?"""

from __future__ import annotations

from .feature import Feature
from .layers import Layers
from .preferences import Preferences
from .presentation import Presentation

FEATURES: tuple[type[Feature], ...] = (Layers, Preferences, Presentation)

__all__ = ["FEATURES", "Feature"]
