"""Which parts does the window have that it need not know one by one?"""

from __future__ import annotations

from .evidence import Evidence
from .export import Export
from .explaining import Explaining
from .factors import Factors
from .feature import Feature
from .files import Files
from .independence import Independence
from .layers import Layers
from .preferences import Preferences
from .presentation import Presentation
from .recovery import Recovery
from .sampling_keys import SamplingKeys
from .start_page import StartPage
from .views import Views

FEATURES: tuple[type[Feature], ...] = (
    Layers,
    Evidence,
    Independence,
    Files,
    Export,
    Recovery,
    Preferences,
    Presentation,
    SamplingKeys,
    StartPage,
    Explaining,
    Factors,
    Views,
)

__all__ = ["FEATURES", "Feature"]
