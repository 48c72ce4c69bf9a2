"""Does start-up run commands and install Debian packages as it says?"""

from __future__ import annotations

import os
import sys

import pytest

from gui import boot_shell
from gui.boot_shell import SetupError
from tests.fake_shell import Shell


@pytest.fixture
def shell(monkeypatch) -> Shell:
    fake = Shell()
    monkeypatch.setattr(boot_shell, "run", fake)
    return fake


def test_run_gives_code_and_output():
    lines: list[str] = []
    code, output = boot_shell.run(
        [sys.executable, "-c", "import os, sys; print(os.environ['X']); print('b', file=sys.stderr); sys.exit(3)"],
        lines.append,
        {"X": "a"},
    )
    assert code == 3
    assert sorted(output.split()) == sorted(lines) == ["a", "b"]


def test_run_something_that_is_not_there(tmp_path):
    code, output = boot_shell.run([tmp_path / "nothing"])
    assert code == 127
    assert "nothing" in output


def test_apt_updates_its_lists_when_a_package_is_unknown(shell, capsys):
    shell.answer("apt-get install", (100, "E: Unable to locate package libegl1"), (0, ""))
    boot_shell.apt_install(["libegl1"], "Qt needs it.")
    assert [command.split()[4:6] for command in shell.commands] == [
        ["install", "-y"],
        ["update"],
        ["install", "-y"],
    ]
    assert "Qt needs it. Installing with apt-get: libegl1" in capsys.readouterr().out


def test_apt_that_fails_says_so_with_the_command(shell):
    shell.answer("apt-get install", (100, "E: Unable to fetch some archives"))
    with pytest.raises(SetupError, match=r"Unable to fetch some archives\n.*\n    sudo apt-get install -y libegl1"):
        boot_shell.apt_install(["libegl1"], "Qt needs it.")


def test_only_root_on_debian_may_install(monkeypatch):
    monkeypatch.setattr(boot_shell, "on_debian", lambda: True)
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert boot_shell.may_install()
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert not boot_shell.may_install()
    monkeypatch.undo()
    monkeypatch.setattr(boot_shell.shutil, "which", lambda name: None)
    assert not boot_shell.on_debian()
    assert not boot_shell.may_install()
