"""How does a test that measures time get the machine to itself, while others run in several processes?

Every test takes its turn: ordinary ones share it, one marked `alone` waits until the other processes are between two
tests, and they wait until it is done. The processes of one run find each other through a folder that the first of
them names in the environment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = "CLIQUE_TESTS_TURNS"


@contextmanager
def turn(alone: bool) -> Iterator[None]:
    """Hold a turn, shared or alone; where files cannot be locked, all run at once."""
    folder = os.environ.get(FOLDER)
    if sys.platform == "win32" or not folder:
        yield
        return
    import fcntl

    with (Path(folder) / "gate").open("w") as gate, (Path(folder) / "turn").open("w") as turns:
        # Who waits for a turn alone keeps the gate shut: others would pass the turn to and fro among themselves.
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(turns, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield
