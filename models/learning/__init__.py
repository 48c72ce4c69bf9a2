"""Which tables make the data most probable?

`fit` finds exact maximum likelihood for any set of factors; `fit_steps` is the same in slices.
"""

from .fitting import OBJECTIVES, OPTIMIZERS, fit, fit_steps
from .results import FitProgress, FitResult
from .scopes import EDGE_SETS, n_edges, n_free_parameters, n_weights, scopes_of

__all__ = [
    "EDGE_SETS",
    "OBJECTIVES",
    "OPTIMIZERS",
    "FitProgress",
    "FitResult",
    "fit",
    "fit_steps",
    "n_edges",
    "n_free_parameters",
    "n_weights",
    "scopes_of",
]
