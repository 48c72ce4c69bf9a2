"""Is a document kept so that a crash cannot reach it, found again, and left alone while its program runs?"""

import json
import os
import subprocess
import sys
import time

import pytest

from models.errors import CancelToken, FileFormatError
from models.examples import stacked_rbm_project
from models.files import recovery
from models.files.processes import Owner, is_running, started, this_process
from models.files.recovery import About, Keeper, Leftover, keep, leftovers, read_kept, take_over
from models.jobs import answer, run
from models.keeping import KeepProject, ReadKept
from models.payloads import Outcome
from models.project import Project

ABOUT = About("Two layers", "/somewhere/two.clique", "12:34", 17)


@pytest.fixture
def dead() -> Owner:
    """A process that has come to its end."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    owner = Owner(process.pid, started(process.pid), this_process().host)
    assert is_running(owner)
    process.communicate(b"\n")
    assert not is_running(owner)
    return owner


@pytest.fixture
def project() -> Project:
    return stacked_rbm_project().with_clamps({"z1": 1})


def test_what_a_dead_program_kept_is_found_and_comes_back(tmp_path, dead, project) -> None:
    keeper = Keeper.fresh(tmp_path / "made" / "on demand")
    before = time.time()
    path = keep(keeper, 1, project, ABOUT, dead)
    found, broken = leftovers(keeper.folder)
    assert broken == ()
    assert found == (Leftover(path, "Two layers", found[0].time, 17, "/somewhere/two.clique", "12:34"),)
    assert before <= found[0].time <= time.time()
    assert read_kept(path).same_as(project)


def test_what_a_running_program_keeps_is_left_alone(tmp_path, project) -> None:
    keep(Keeper.fresh(tmp_path), 1, project, ABOUT)
    elsewhere = Owner(1, "long ago", "another computer that shares the folder")
    keep(Keeper.fresh(tmp_path), 1, project, ABOUT, elsewhere)
    assert leftovers(tmp_path) == ((), ())


def test_what_another_computer_keeps_is_offered_after_a_day(tmp_path, project, monkeypatch) -> None:
    elsewhere = Owner(1, "long ago", "the name that this computer had yesterday")
    now = time.time()
    for hours, offered in ((23, False), (25, True)):
        monkeypatch.setattr(recovery.time, "time", lambda hours=hours: now - 3600 * hours)
        keep(Keeper.fresh(tmp_path / f"{hours}"), 1, project, ABOUT, elsewhere)
        monkeypatch.undo()
        assert bool(leftovers(tmp_path / f"{hours}")[0]) == offered


def test_a_process_number_that_is_used_again_is_another_process(dead) -> None:
    mine = this_process()
    assert is_running(mine)
    assert not is_running(Owner(mine.pid, mine.started + "0", mine.host))
    assert not is_running(Owner(dead.pid, dead.started, dead.host))
    for impossible in (0, -1, 2**40):
        assert not is_running(Owner(impossible, "", mine.host))


def test_only_the_newest_is_kept_and_offered(tmp_path, dead, project) -> None:
    keeper = Keeper.fresh(tmp_path)
    for count in (1, 2, 10):
        last = keep(keeper, count, project, ABOUT, dead)
    assert [entry.name for entry in tmp_path.iterdir()] == [last.name]
    # One that was written late, after a newer one, is no document of its own.
    newer = last.read_bytes()
    keep(keeper, 3, Project(title="older"), ABOUT, dead)
    last.write_bytes(newer)
    found, _ = leftovers(tmp_path)
    assert [each.path for each in found] == [last]
    recovery.discard(last)
    assert list(tmp_path.iterdir()) == []


def test_several_documents_are_offered_newest_first(tmp_path, dead, project) -> None:
    paths = [keep(Keeper.fresh(tmp_path), 1, project, About(f"{k}"), dead) for k in range(3)]
    assert [each.path for each in leftovers(tmp_path)[0]] == paths[::-1]


def test_it_is_taken_over_once(tmp_path, dead, project) -> None:
    path = keep(Keeper.fresh(tmp_path), 4, project, ABOUT, dead)
    mine = Keeper.fresh(tmp_path)
    taken = take_over(path, mine)
    with pytest.raises(FileFormatError, match="Another window"):
        take_over(path, Keeper.fresh(tmp_path))
    # Until the new owner has kept it, it is offered still: nothing is lost if that one ends too.
    assert [each.path for each in leftovers(tmp_path)[0]] == [taken]
    assert read_kept(taken).same_as(project)
    keep(mine, 1, project, ABOUT)
    assert leftovers(tmp_path) == ((), ())
    assert not taken.exists()
    recovery.forget(mine)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_says_so_and_is_set_aside(tmp_path, dead, project) -> None:
    whole = keep(Keeper.fresh(tmp_path), 1, project, ABOUT, dead)
    content = whole.read_bytes()
    for k in range(0, len(content), max(1, len(content) // 40)):
        whole.write_bytes(content[:k])
        with pytest.raises(FileFormatError):
            read_kept(whole)
    whole.write_bytes(content.replace(b'"z1"', b'"z9"'))  # still a project, but not what was written
    with pytest.raises(FileFormatError, match="damaged"):
        read_kept(whole)
    head, _, body = content.partition(b"\n")
    for broken in (
        b"",
        b"{",
        b"[1]",
        b"{}",
        head.replace(b"owner", b"boss"),
        head.replace(b'"pid": ', b'"pid": [1], "x": '),
    ):
        whole.write_bytes(broken + b"\n" + body)
        assert leftovers(tmp_path) == ((), (whole,))
    aside = recovery.set_aside(whole)
    assert leftovers(tmp_path) == ((), ())
    assert aside.read_bytes().endswith(body)


def test_a_folder_that_is_not_there_or_cannot_be_made(tmp_path, project) -> None:
    assert leftovers(tmp_path / "nowhere") == ((), ())
    (tmp_path / "file").touch()
    with pytest.raises(FileFormatError, match="cannot be made"):
        keep(Keeper.fresh(tmp_path / "file" / "x"), 1, project, ABOUT)


def test_half_written_files_are_swept_away_when_they_are_old(tmp_path) -> None:
    old, new = tmp_path / ".clique-0a.tmp", tmp_path / ".clique-0b.tmp"
    for path in (old, new):
        path.touch()
    os.utime(old, (0, 0))
    leftovers(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == [new.name]


def test_the_head_is_text_for_other_programs(tmp_path, project) -> None:
    path = keep(Keeper.fresh(tmp_path), 1, project, About("Übung 😀\nzwei"))
    head = json.loads(path.read_bytes().partition(b"\n")[0])
    assert (head["format"], head["version"], head["about"]["title"]) == ("clique-recovery", 1, "Übung 😀\nzwei")
    assert head["owner"]["pid"] == os.getpid()


def test_as_jobs(tmp_path, project) -> None:
    keeper = Keeper.fresh(tmp_path)
    path = answer(KeepProject(keeper, 1, project, ABOUT))
    assert answer(ReadKept(path)).same_as(project)
    cancelled = CancelToken()
    cancelled.cancel()
    assert list(run(KeepProject(keeper, 2, project, ABOUT), cancelled)) == []
    assert path.exists()


def test_saved_while_it_was_being_kept_nothing_stays(tmp_path, project, monkeypatch) -> None:
    token = CancelToken()

    def keep_slowly(*arguments):
        path = keep(*arguments)
        token.cancel()  # the window has saved the document meanwhile
        return path

    monkeypatch.setattr(recovery, "keep", keep_slowly)
    payloads = list(run(KeepProject(Keeper.fresh(tmp_path), 1, project, ABOUT), token))
    assert isinstance(payloads[-1], Outcome)
    assert list(tmp_path.iterdir()) == []
