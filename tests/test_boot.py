"""Does start-up choose the right Python, start again inside it, and fail with one message rather than a traceback?"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import app
from gui import boot, boot_install
from gui.boot_shell import SetupError


@pytest.fixture
def root(tmp_path) -> Path:
    """Return a checkout with nothing in it."""
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


# --- which Python ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "limits", "met"),
    [
        ("6.8", ">=6.8,<6.12", True),
        ("6.8.0", ">=6.8,<6.12", True),
        ("6.11.3", ">=6.8,<6.12", True),
        ("6.12.0", ">=6.8,<6.12", False),
        ("6.12", ">=6.8,<6.12", False),
        ("6.12.0a1", ">=6.8,<6.12", False),
        ("6.7.3", ">=6.8,<6.12", False),
        ("2.4.6", ">=1.26", True),
        ("1.9", ">=1.26", False),
        ("3.8.0+local.9", ">=3.8", True),
        ("0.1", "", True),
    ],
)
def test_version_ranges(version, limits, met):
    assert boot.in_range(version, limits) is met


def test_an_unknown_comparison_is_our_own_mistake():
    with pytest.raises(ValueError, match="~=1"):
        boot.in_range("1.0", "~=1")


@pytest.mark.parametrize(
    ("installed", "missing"),
    [
        ({"pyside6-essentials": "6.11.3", "numpy": "2.0"}, None),
        ({"PySide6": "6.10.1", "numpy": "2.0"}, None),
        ({"pyside6-essentials": "6.12.0", "numpy": "2.0"}, "pyside6-essentials>=6.8,<6.12"),
        ({"pyside6-essentials": "6.11.3"}, "numpy>=1.26"),
        ({}, "pyside6-essentials>=6.8,<6.12"),
    ],
)
def test_what_a_python_lacks(monkeypatch, installed, missing):
    monkeypatch.setattr(boot, "version_of", installed.get)
    monkeypatch.setattr(boot, "has_qt", lambda: True)
    assert boot.lacking(["pyside6-essentials>=6.8,<6.12", "numpy>=1.26"]) == missing


def test_half_a_qt_is_not_enough(monkeypatch, tmp_path):
    for part in ("QtCore.abi3.so", "QtGui.abi3.so"):
        (tmp_path / part).touch()
    spec = type("Spec", (), {"submodule_search_locations": [str(tmp_path)]})
    monkeypatch.setattr(boot.importlib.util, "find_spec", lambda name: spec)
    monkeypatch.setattr(boot, "version_of", lambda name: "6.8.2")
    assert boot.lacking(["pyside6-essentials>=6.8"]) == "a complete PySide6"
    for part in ("QtSvg.abi3.so", "QtWidgets.abi3.so"):
        (tmp_path / part).touch()
    assert boot.lacking(["pyside6-essentials>=6.8"]) is None


def test_no_qt_at_all(monkeypatch):
    monkeypatch.setattr(boot.importlib.util, "find_spec", lambda name: None)
    assert not boot.has_qt()


def test_tests_need_more_than_running():
    run, test = boot.requirements("run"), boot.requirements("test")
    assert set(run) < set(test)
    assert any(requirement.startswith("pytest-qt") for requirement in test)


def test_this_python_meets_its_own_requirements():
    assert boot.lacking(boot.requirements("test")) is None
    assert boot.version_of("no-such-distribution") is None


# --- ensure -----------------------------------------------------------------------------------------------------


@pytest.fixture
def ensured(monkeypatch, root, tmp_path):
    """Let `ensure` work on a bare checkout; returns what it started, and a switch for what is lacking."""
    (root / "pyproject.toml").touch()
    monkeypatch.delenv(boot.STARTS, raising=False)
    monkeypatch.setattr(boot, "ROOT", root)
    monkeypatch.setattr(boot, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(boot, "requirements", lambda purpose: ["numpy>=1"])
    monkeypatch.setattr(boot, "lacking", lambda wanted: "numpy>=1")
    monkeypatch.setattr(boot_install, "environment", lambda purpose, root, spare: Path("/env") / purpose)
    started: list[list[str]] = []
    monkeypatch.setattr(boot, "replace_process", started.append)
    return started


def test_a_complete_python_is_used_as_it_is(monkeypatch, ensured):
    monkeypatch.setattr(boot, "lacking", lambda wanted: None)
    boot.ensure("run", [])
    assert ensured == []


def test_an_installed_copy_is_used_as_it_is(ensured, root):
    (root / "pyproject.toml").unlink()
    boot.ensure("run", [])
    assert ensured == []


def test_a_bare_python_starts_again_inside(ensured, root):
    boot.ensure("test", ["--test", "-x"])
    assert ensured == [[str(Path("/env/test")), str(root / "app.py"), "--test", "-x"]]
    assert os.environ[boot.STARTS] == "1"


def test_going_round_for_ever_is_noticed(monkeypatch, ensured):
    monkeypatch.setenv(boot.STARTS, "2")
    with pytest.raises(SetupError, match="just installed"):
        boot.ensure("run", [])
    assert ensured == []


def test_a_wrong_stamp_is_taken_away(monkeypatch, ensured, root):
    (root / ".venv").mkdir()
    (root / ".venv" / boot_install.STAMP).touch()
    monkeypatch.setattr(sys, "prefix", str(root / ".venv"))
    boot.ensure("run", [])
    assert not (root / ".venv" / boot_install.STAMP).exists()
    assert len(ensured) == 1


def test_the_count_of_starts_is_not_handed_on(monkeypatch, ensured):
    monkeypatch.setenv(boot.STARTS, "1")
    monkeypatch.setattr(boot, "lacking", lambda wanted: None)
    boot.ensure("run", [])
    assert boot.STARTS not in os.environ


def test_replace_process(monkeypatch):
    calls = []
    monkeypatch.setattr(os, "execv", lambda path, words: calls.append((path, words)))
    monkeypatch.setenv("__PYVENV_LAUNCHER__", "/old")
    boot.replace_process(["/python", "app.py"])
    assert calls == [("/python", ["/python", "app.py"])]
    assert "__PYVENV_LAUNCHER__" not in os.environ


def test_replace_process_that_cannot_start(tmp_path):
    with pytest.raises(SetupError, match="cannot be started"):
        boot.replace_process([str(tmp_path / "python")])


def test_replace_process_on_windows(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(SystemExit) as stop:
        boot.replace_process([sys.executable, "-c", "raise SystemExit(7)"])
    assert stop.value.code == 7


# --- the process's environment ----------------------------------------------------------------------------------


def test_environment_variables(monkeypatch, tmp_path):
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_CACHE_DIR", "QT_API"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MKL_NUM_THREADS", "3")
    monkeypatch.setattr(boot, "cache_folder", lambda: tmp_path)
    boot.set_environment()
    assert os.environ["OPENBLAS_NUM_THREADS"] == os.environ["OMP_NUM_THREADS"] == "1"
    assert os.environ["MKL_NUM_THREADS"] == "3"
    assert os.environ["NUMBA_CACHE_DIR"] == str(tmp_path / "numba")
    assert os.environ["QT_API"] == "pyside6"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="XDG folders are a Linux custom")
def test_cache_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert boot.cache_folder() == tmp_path / "xdg" / "clique"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert boot.cache_folder() == tmp_path / "home" / ".cache" / "clique"


def test_cache_folder_where_nothing_can_be_written(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    for name in ("XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "file"))
    monkeypatch.setattr(boot.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(boot.tempfile, "mkdtemp", lambda prefix: str(tmp_path / prefix))
    shared = boot.cache_folder()
    assert (shared.parent, shared.name) == (tmp_path, f"clique-{boot._user()}")
    if sys.platform != "win32":
        shared.chmod(0o777)  # anybody may have put code there
        assert boot.cache_folder() == tmp_path / "clique-"
        shared.rmdir()
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        shared.symlink_to(tmp_path / "elsewhere")
        assert boot.cache_folder() == tmp_path / "clique-"
    monkeypatch.setattr(boot.tempfile, "gettempdir", lambda: str(tmp_path / "file"))
    assert boot.cache_folder() == tmp_path / "clique-"


# --- app.py ------------------------------------------------------------------------------------------------------


def test_a_failed_set_up_is_one_message_and_code_2(monkeypatch, capsys):
    def fail(purpose, arguments):
        raise SetupError("The disk is full.")

    monkeypatch.setattr(boot, "ensure", fail)
    assert app.main(["--warm"]) == 2
    assert capsys.readouterr().err == "Clique cannot start. The disk is full.\n"


def test_an_unforeseen_system_error_is_one_message_too(monkeypatch, capsys):
    def fail(purpose, arguments):
        raise OSError(28, "No space left on device", "/x")

    monkeypatch.setattr(boot, "ensure", fail)
    assert app.main([]) == 2
    assert "No space left on device" in capsys.readouterr().err


def test_ctrl_c_during_set_up(monkeypatch, capsys):
    def stop(purpose, arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(boot, "ensure", stop)
    assert app.main([]) == 130
    assert "Traceback" not in capsys.readouterr().err
