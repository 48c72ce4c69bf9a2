"""Does start-up make and repair its environment, and say one clear thing when it cannot?

The commands that change a machine are replaced by a recorder with scripted answers; the last test makes a real one.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gui import boot, boot_install, boot_shell
from gui.boot_shell import SetupError
from tests.fake_shell import Shell


@pytest.fixture
def shell(monkeypatch) -> Shell:
    """Replace the running of commands everywhere; by default pip and venv succeed on an empty disk."""
    fake = Shell()
    fake.answer("sys.version_info", (0, "3.11\n"))
    monkeypatch.setattr(boot_shell, "run", fake)
    monkeypatch.setattr(boot_install, "run", fake)
    monkeypatch.setattr(boot_install.importlib.util, "find_spec", lambda name: None)

    def make_folder(command: str) -> None:
        if " venv " in command or " virtualenv " in command:
            Path(command.split()[-1]).mkdir(exist_ok=True)

    fake.effect = make_folder
    return fake


@pytest.fixture
def root(tmp_path) -> Path:
    """Return a checkout with two lock files and nothing else."""
    (tmp_path / "root" / "tests").mkdir(parents=True)
    for name in boot_install.LOCKS.values():
        (tmp_path / "root" / name).write_text(f"numpy==2.0 --hash=sha256:0{len(name)}\n")
    return tmp_path / "root"


@pytest.fixture
def spare(tmp_path) -> Path:
    return tmp_path / "cache" / "env"


def debian(monkeypatch, *, root_user: bool, is_debian: bool = True) -> None:
    for module in (boot_install, boot_shell):
        monkeypatch.setattr(module, "on_debian", lambda: is_debian)
    monkeypatch.setattr(boot_install, "may_install", lambda: is_debian and root_user)


def nothing_there(shell: Shell) -> None:
    """Let the environment's Python start only once venv has made it."""
    shell.answer("sys.version_info", (127, ""), (0, "3.11\n"))


def pretend_env(folder: Path, root: Path, **stamp) -> None:
    folder.mkdir(parents=True)
    locks = {purpose: boot_install.digest(root / lock) for purpose, lock in boot_install.LOCKS.items()}
    (folder / boot_install.STAMP).write_text(json.dumps({"python": "3.11", "locks": locks, **stamp}))


# --- is there an environment already? ----------------------------------------------------------------------------


def test_a_current_environment_is_used_without_a_word(shell, root, spare, capsys):
    pretend_env(root / ".venv", root)
    assert boot_install.environment("test", root, spare) == boot_install.python_in(root / ".venv")
    assert not shell.ran("pip")
    assert capsys.readouterr().out == ""


def test_a_spare_environment_is_found_again(shell, root, spare):
    pretend_env(spare, root)
    assert boot_install.environment("run", root, spare) == boot_install.python_in(spare)
    assert not shell.ran("pip")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"python": "3.11", "locks": []}', '{"python": "3.11", "locks": {}}', "\x00\xff"]
)
def test_a_torn_stamp_does_not_count(shell, root, text):
    (root / ".venv").mkdir()
    (root / ".venv" / boot_install.STAMP).write_text(text, encoding="latin-1")
    assert not boot_install.is_current(root / ".venv", root, "run")


def test_a_new_lock_file_outdates_the_environment(shell, root):
    pretend_env(root / ".venv", root)
    (root / "requirements.lock").write_text("numpy==2.1\n")
    assert not boot_install.is_current(root / ".venv", root, "run")
    assert boot_install.is_current(root / ".venv", root, "test")


def test_another_python_outdates_the_environment(shell, root):
    pretend_env(root / ".venv", root, python="3.10")
    assert not boot_install.is_current(root / ".venv", root, "run")
    shell.answer("sys.version_info", (127, "no such file"))
    pretend_env(root / ".venv2", root)
    assert not boot_install.is_current(root / ".venv2", root, "run")


def test_line_ends_do_not_outdate_it(tmp_path):
    (tmp_path / "unix").write_bytes(b"a\nb\n")
    (tmp_path / "dos").write_bytes(b"a\r\nb\r\n")
    assert boot_install.digest(tmp_path / "unix") == boot_install.digest(tmp_path / "dos")


# --- making one --------------------------------------------------------------------------------------------------


def test_a_fresh_checkout_is_set_up_in_three_steps(shell, root, spare, capsys):
    nothing_there(shell)
    boot_install.environment("run", root, spare)
    lines = capsys.readouterr().out.splitlines()
    assert [line[:3] for line in lines] == ["1/3", "2/3", "3/3"]
    assert lines[0] == "1/3 Making an environment in .venv"
    assert shell.ran("-m venv --clear") == 1
    assert shell.ran(f"pip install --require-hashes -r {root / 'requirements.lock'}") == 1
    assert boot_install.is_current(root / ".venv", root, "run")
    assert not boot_install.is_current(root / ".venv", root, "test")


def test_an_environment_for_tests_also_runs(shell, root, spare):
    nothing_there(shell)
    boot_install.environment("test", root, spare)
    assert boot_install.is_current(root / ".venv", root, "run")
    assert shell.ran("tests/requirements.lock") == 1


def test_an_environment_made_by_hand_is_completed(shell, root, spare):
    (root / ".venv").mkdir()  # with a working Python and pip, says the recorder, but no stamp
    boot_install.environment("run", root, spare)
    assert shell.ran("venv --clear") == 0
    assert shell.ran("pip install") == 1
    assert boot_install.is_current(root / ".venv", root, "run")


def test_an_interrupted_set_up_repairs_itself(shell, root, spare):
    nothing_there(shell)

    def interrupt(command: str) -> None:
        (root / ".venv").mkdir(exist_ok=True)
        if "pip install" in command:
            raise KeyboardInterrupt

    shell.effect = interrupt
    with pytest.raises(KeyboardInterrupt):
        boot_install.environment("run", root, spare)
    assert not boot_install.is_current(root / ".venv", root, "run")
    shell.effect = lambda command: None
    boot_install.environment("run", root, spare)
    assert shell.ran("-m venv --clear") == 2  # half-installed packages are not trusted
    assert shell.ran("pip install") == 2
    assert boot_install.is_current(root / ".venv", root, "run")
    assert not (root / ".venv" / boot_install.UNFINISHED).exists()


@pytest.mark.parametrize("broken", ["sys.version_info", "pip --version"])
def test_a_broken_environment_is_replaced(shell, root, broken):
    shell.answer(broken, (1, "Segmentation fault"))
    boot_install.make(root / ".venv")
    assert shell.ran("-m venv --clear") == 1


def test_a_failed_installation_leaves_no_stamp(shell, root, spare):
    pretend_env(root / ".venv", root, python="3.9")
    shell.answer("pip install", (1, "ERROR: No space left on device"))
    with pytest.raises(SetupError, match="disk is full"):
        boot_install.environment("run", root, spare)
    assert not (root / ".venv" / boot_install.STAMP).exists()
    assert "No space left" in (root / ".venv" / boot_install.LOG).read_text()


def test_a_read_only_checkout_gets_its_environment_in_the_cache(shell, root, spare, monkeypatch, capsys):
    nothing_there(shell)
    monkeypatch.setattr(boot_install, "can_write", lambda folder: False)
    assert boot_install.environment("run", root, spare) == boot_install.python_in(spare)
    assert f"the environment goes to {spare}" in capsys.readouterr().out
    assert not (root / ".venv").exists()


def test_can_write(tmp_path):
    assert boot_install.can_write(tmp_path)
    assert not boot_install.can_write(tmp_path / "nothing")
    assert list(tmp_path.iterdir()) == []


def test_an_incomplete_copy_is_named(shell, root, spare):
    (root / "requirements.lock").unlink()
    with pytest.raises(SetupError, match=r"requirements\.lock is missing"):
        boot_install.environment("run", root, spare)


# --- what venv and pip may say -----------------------------------------------------------------------------------

NO_ENSUREPIP = "The virtual environment was not created successfully because ensurepip is not\navailable."


@pytest.fixture
def no_env(shell) -> Shell:
    """Let the first venv fail as it does on Debian, the next succeed."""
    shell.answer("sys.version_info", (127, ""))
    shell.answer("-m venv", (1, NO_ENSUREPIP), (0, ""))
    return shell


def test_debian_root_gets_the_venv_package(no_env, root, monkeypatch, capsys):
    debian(monkeypatch, root_user=True)
    boot_install.make(root / ".venv")
    package = f"python3.{sys.version_info.minor}-venv"
    assert no_env.ran(f"apt-get DPkg::Lock::Timeout=180 install -y {package}") == 1
    assert no_env.ran("-m venv") == 2
    assert package in capsys.readouterr().out


def test_no_venv_module_at_all(shell, root, monkeypatch):
    shell.answer("sys.version_info", (127, ""))
    shell.answer("-m venv", (1, "/usr/bin/python3: No module named venv"), (0, ""))
    debian(monkeypatch, root_user=True)
    boot_install.make(root / ".venv")
    assert shell.ran("apt-get install") == 1


def test_debian_user_gets_one_command_for_all(no_env, root, monkeypatch):
    debian(monkeypatch, root_user=False)
    asked = []
    monkeypatch.setattr(boot_install, "platforms", lambda: ["xcb", "wayland"])
    monkeypatch.setattr(boot_install, "lacking_packages", lambda platform: asked.append(platform) or ["libgl1"])
    with pytest.raises(SetupError, match=rf"sudo apt-get install -y python3\.{sys.version_info.minor}-venv libgl1$"):
        boot_install.make(root / ".venv")
    assert asked == ["xcb"]
    monkeypatch.setattr(boot_install, "platforms", list)  # no display
    no_env.answer("-m venv", (1, NO_ENSUREPIP))
    with pytest.raises(SetupError, match="libgl1"):
        boot_install.make(root / ".venv")
    assert asked == ["xcb", "offscreen"]


def test_elsewhere_the_modules_are_named(no_env, root, monkeypatch):
    debian(monkeypatch, root_user=True, is_debian=False)
    with pytest.raises(SetupError, match="venv and ensurepip modules, or virtualenv"):
        boot_install.make(root / ".venv")


def test_virtualenv_stands_in(no_env, root, monkeypatch):
    monkeypatch.setattr(boot_install.importlib.util, "find_spec", lambda name: name == "virtualenv")
    boot_install.make(root / ".venv")
    assert sum(" -m virtualenv --clear " in command for command in no_env.commands) == 1
    assert no_env.ran("apt-get") == 0


def test_venv_that_fails_otherwise(shell, root):
    shell.answer("sys.version_info", (127, ""))
    shell.answer("-m venv", (1, "Error: [Errno 28] No space left on device"))
    with pytest.raises(SetupError, match=r"No environment could be made in .*\n.*disk is full"):
        boot_install.make(root / ".venv")


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "not the one that Clique"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/x'",
            "cannot be written",
        ),
        ("OSError: [Errno 30] Read-only file system", "cannot be written"),
        (
            "WARNING: Retrying after connection broken by 'NewConnectionError(Temporary failure in name resolution'\n"
            "ERROR: No matching distribution found for numpy==2.4.6",
            "cannot be reached",
        ),
        (
            "WARNING: Retrying after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: "
            "CERTIFICATE_VERIFY_FAILED] certificate verify failed'\nERROR: No matching distribution found for numpy",
            "PIP_CERT",
        ),
        ("ReadTimeoutError: HTTPSConnectionPool: Read timed out.", "cannot be reached"),
        ("ERROR: Could not find a version that satisfies the requirement numba", "no ready-made build"),
        ("\nsomething new\n\n", "something new"),
        ("", "it said nothing"),
    ],
)
def test_failures_are_explained(output, expected):
    assert expected in boot_install.explain(output)


def test_a_person_who_watches_sees_what_is_at_hand(shell, root, monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    shell.answer("pip install", (0, "Collecting numpy==2.0\nRequirement already satisfied: numpy in x\nInstalling\n"))
    (root / ".venv").mkdir()
    boot_install.install(root / ".venv", root / "requirements.lock")
    assert capsys.readouterr().out.count("1 of 1: numpy") == 1


def test_a_log_file_is_not_littered(shell, root, capsys):
    shell.answer("pip install", (0, "Collecting numpy==2.0\n"))
    boot_install.install(root / ".venv", root / "requirements.lock")
    assert capsys.readouterr().out == ""


# --- two at once -------------------------------------------------------------------------------------------------


def test_two_set_ups_at_once_take_turns(tmp_path, monkeypatch):
    lock, inside, waits, order, said = tmp_path / "lock", threading.Event(), threading.Event(), [], []

    def hear(text: str) -> None:
        said.append(text)
        waits.set()

    monkeypatch.setattr(boot_install, "say", hear)

    def first() -> None:
        with boot_install.one_at_a_time(lock):
            inside.set()
            assert waits.wait(120)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(120)
    with boot_install.one_at_a_time(lock):
        order.append("second")
    thread.join()
    assert order == ["first", "second"]
    assert [text for text in said if "waiting for it to finish" in text] == said
    assert len(said) == 1


def test_the_second_finds_the_work_done(shell, root, spare, monkeypatch):
    answers = iter([False, False, True])
    monkeypatch.setattr(boot_install, "is_current", lambda *args: next(answers))
    boot_install.environment("run", root, spare)
    assert not shell.ran("pip")


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
def test_a_set_up_that_is_killed_drops_its_lock(tmp_path):
    lock = tmp_path / "lock"
    code = (
        "import sys, time; from pathlib import Path; from gui import boot_install\n"
        f"with boot_install.one_at_a_time(Path({str(lock)!r})): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=boot.ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        with lock.open("a") as handle:
            assert not boot_install._lock(handle)
        child.send_signal(signal.SIGKILL)
        child.wait(120)
    with lock.open("a") as handle:
        assert boot_install._lock(handle)


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
def test_a_command_that_outlives_a_killed_set_up_is_waited_for(tmp_path):
    lock, end = tmp_path / "lock", tmp_path / "end"
    sleep = "import os, sys, time; print(1, flush=True)\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.01)"
    code = (
        "import sys; from pathlib import Path; from gui import boot_install, boot_shell\n"
        f"with boot_install.one_at_a_time(Path({str(lock)!r})):\n"
        f"    sleeper = [sys.executable, '-c', {sleep!r}, {str(end)!r}]\n"
        "    boot_shell.run(sleeper, lambda line: print(line, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=boot.ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "1\n"
        child.send_signal(signal.SIGKILL)
        child.wait(120)
        with lock.open("a") as handle:
            assert not boot_install._lock(handle)
    end.touch()
    with boot_install.one_at_a_time(lock):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="flock is POSIX")
def test_a_file_system_without_locks_does_not_stop_it(tmp_path, monkeypatch):
    import fcntl

    def refuse(handle, flags):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with boot_install.one_at_a_time(tmp_path / "lock"):
        pass


# --- for real ----------------------------------------------------------------------------------------------------


def test_a_real_environment_is_made_stamped_and_used(root, spare, capsys):
    for name in boot_install.LOCKS.values():
        (root / name).write_text("# nothing to install, so that no network is needed\n")
    python = boot_install.environment("run", root, spare)
    assert boot_install.is_current(root / ".venv", root, "run")
    prefix = subprocess.run([python, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=True)
    assert Path(prefix.stdout.strip()).resolve() == (root / ".venv").resolve()
    capsys.readouterr()
    assert boot_install.environment("run", root, spare) == python
    assert capsys.readouterr().out == ""
