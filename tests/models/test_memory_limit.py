"""Does the limit on memory hold wherever a call does not give its own?"""

from __future__ import annotations

import pytest

from models import infer
from models.costs import DEFAULT_MAX_BYTES, memory_limit, set_memory_limit
from models.errors import ModelError, TooLargeError
from models.examples import ising_project
from models.queries import joint


def test_a_memory_limit_holds_for_scripts_too():
    model = ising_project(12).ugm
    set_memory_limit(900)
    try:
        with pytest.raises(TooLargeError, match="900 bytes are allowed"):
            infer(model)
        infer(model, max_bytes=1e9)  # what a call says goes before
        with pytest.raises(TooLargeError):
            joint(model, model.names[:12])
        with pytest.raises(ModelError, match="Give a positive number"):
            set_memory_limit(0)
        assert memory_limit() == 900
    finally:
        set_memory_limit(DEFAULT_MAX_BYTES)
