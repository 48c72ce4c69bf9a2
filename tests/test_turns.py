"""Do tests that measure time run alone, and all others side by side?"""

from __future__ import annotations

import sys
import threading

import pytest

from tests.turns import FOLDER, turn

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="files are not locked there")


@pytest.fixture
def start(monkeypatch, tmp_path):
    """Start a holder of a turn in a thread; returns events: it has its turn, it may end."""
    monkeypatch.setenv(FOLDER, str(tmp_path))
    threads, ends = [], []

    def begin(alone: bool):
        has, end = threading.Event(), threading.Event()

        def hold():
            with turn(alone):
                has.set()
                end.wait(120)

        threads.append(threading.Thread(target=hold))
        ends.append(end)
        threads[-1].start()
        return has, end

    yield begin
    for end in ends:
        end.set()
    for thread in threads:
        thread.join(120)


def test_ordinary_tests_run_side_by_side(start):
    assert start(False)[0].wait(120)
    assert start(False)[0].wait(120)


def test_one_that_is_alone_waits_and_is_waited_for(start):
    first, end_first = start(False)
    assert first.wait(120)
    alone, end_alone = start(True)
    assert not alone.wait(0.1)
    late, _ = start(False)
    assert not late.wait(0.1), "an ordinary test overtook one that waits to be alone"
    end_first.set()
    assert alone.wait(120)
    assert not late.wait(0.1)
    end_alone.set()
    assert late.wait(120)


def test_without_a_folder_nobody_waits(monkeypatch):
    monkeypatch.delenv(FOLDER)
    with turn(True), turn(True):
        pass
