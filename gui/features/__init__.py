"""Which parts does the window have that it need not know one by one?"""

from __future__ import annotations

from .arrange import Arrange
from .arrange_layout import Layouts
from .clipboard import Clipboard
from .editing import Editing
from .evidence import Evidence
from .explaining import Explaining
from .export import Export
from .factors import Factors
from .feature import Feature
from .files import Files
from .find import Find
from .generate import Generate
from .history import History
from .independence import Independence
from .layers import Layers
from .preferences import Preferences
from .presentation import Presentation
from .recovery import Recovery
from .sampling_keys import SamplingKeys
from .start_page import StartPage
from .table import Table
from .views import Views

FEATURES: tuple[type[Feature], ...] = (
    Layers,
    Files,
    Export,
    Recovery,
    Editing,
    Clipboard,
    Arrange,
    Layouts,
    Find,
    Generate,
    History,
    Table,
    Evidence,
    Independence,
    Preferences,
    Presentation,
    SamplingKeys,
    StartPage,
    Explaining,
    Factors,
    Views,
)

__all__ = ["FEATURES", "Feature"]
