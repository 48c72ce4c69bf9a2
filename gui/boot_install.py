"""How does Clique get a Python environment of its own?

A virtual environment beside app.py (in the user's cache folder when that folder cannot be written) gets the
packages of a hash-locked requirements file. A stamp with the hash of that file is written last of all, so that
a set-up that was interrupted is seen as such and repaired at the next start. Standard library only.
"""

import hashlib
import importlib.util
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from gui.boot_libraries import lacking_packages, platforms
from gui.boot_shell import SetupError, apt_command, apt_install, last_line, may_install, on_debian, run, say

LOCKS = {"run": "requirements.lock", "test": "tests/requirements.lock"}
STAMP = "clique-setup.json"
LOG = "clique-setup.log"
UNFINISHED = "clique-setup.unfinished"  # lies there while packages are installed

# What venv and pip say, and what a person should read instead; the first match counts.
_TROUBLE = (
    (
        r"DO NOT MATCH THE HASHES",
        "A downloaded package is not the one that Clique was tested with, so it was not installed. Try again on "
        "another network; if it happens again, the package index or a proxy on the way alters its files.",
    ),
    (
        r"No space left on device|Errno 28|not enough space",
        "The disk is full. Free about 1.5 GB and start Clique again; it goes on where it stopped.",
    ),
    (
        r"Read-only file system|Permission denied|Errno 13|Access is denied",
        "The environment's folder cannot be written. Delete it or change its owner, and start Clique again.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED",
        "The package index, or a proxy on the way to it, shows a certificate that this Python does not trust. Give pip "
        "the certificates of your network, for example PIP_CERT=/path/to/certificates.pem, and start Clique again.",
    ),
    (
        r"NewConnectionError|new connection|name resolution|timed out|Connection (refused|aborted|reset)"
        r"|ProxyError|SSLError|Network is unreachable|Max retries exceeded",
        "The package index cannot be reached. Connect to the internet, or give pip its proxy or mirror, and start "
        "Clique again; the network is needed for this set-up only.",
    ),
    (
        r"No matching distribution found|Could not find a version",
        "A package has no ready-made build for this Python on this system. Clique is made for 64-bit Python 3.11 "
        "to 3.14 on Linux, Windows and macOS; try one of those.",
    ),
)


def environment(purpose: str, root: Path, spare: Path) -> Path:
    """Return the Python of an environment that has all that `purpose` needs, made or repaired if need be.

    Parameters
    ----------
    purpose : str
        "run" or "test"; the tests need more packages.
    root : Path
        The checkout: it holds the lock files, and `.venv` unless it cannot be written.
    spare : Path
        Where the environment goes then.

    Raises
    ------
    SetupError
        It could not be made; the text says why, and what to do.
    """
    for lock in LOCKS.values():
        if not (root / lock).is_file():
            raise SetupError(f"{lock} is missing from {root}. Get a complete copy of Clique and start again.")
    folder = root / ".venv"
    for candidate in (folder, spare):
        if is_current(candidate, root, purpose):
            return python_in(candidate)
    if not can_write(root):
        say(f"{root} cannot be written, so the environment goes to {spare}")
        folder = spare
        folder.parent.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(folder.with_name(folder.name + ".lock")):
        if not is_current(folder, root, purpose):  # another start may have done it meanwhile
            set_up(folder, root, purpose)
    return python_in(folder)


def set_up(folder: Path, root: Path, purpose: str) -> None:
    """Make or repair an environment, install the locked packages, and stamp it."""
    (folder / STAMP).unlink(missing_ok=True)
    shown = ".venv" if folder.parent == root else str(folder)
    say(f"1/3 Making an environment in {shown}")
    make(folder)
    (folder / UNFINISHED).touch()
    say("2/3 Installing the packages that Clique needs (about 200 MB to fetch; once only)")
    install(folder, root / LOCKS[purpose])
    stamp = {
        "python": version_of(python_in(folder)),
        "locks": {p: digest(root / LOCKS[p]) for p in ({"run", "test"} if purpose == "test" else {purpose})},
    }
    fresh = folder / (STAMP + ".new")
    fresh.write_text(json.dumps(stamp), encoding="utf-8")
    fresh.replace(folder / STAMP)
    (folder / UNFINISHED).unlink()
    say("3/3 Set-up is complete; starting Clique")


def python_in(folder: Path) -> Path:
    """Return where the Python of an environment lies."""
    return folder / "Scripts" / "python.exe" if sys.platform == "win32" else folder / "bin" / "python"


def version_of(python: Path) -> str | None:
    """Return "3.11" or the like if this Python can be started, None otherwise."""
    code, output = run([python, "-I", "-S", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
    return output.strip() if code == 0 else None


def digest(lock: Path) -> str:
    """Return what stands for a lock file in the stamp; line ends do not count."""
    return hashlib.sha256(lock.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def is_current(folder: Path, root: Path, purpose: str) -> bool:
    """Tell whether an environment was completed from the present lock file, for the Python it still has."""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        made_from, python = stamp["locks"].get(purpose), stamp["python"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False  # no stamp, or one that was cut short
    return bool(made_from == digest(root / LOCKS[purpose]) and python == version_of(python_in(folder)))


def can_write(folder: Path) -> bool:
    """Tell whether files can be made in a folder, by making one: permission bits say nothing to root."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Hold a lock file, waiting for another set-up to end.

    The system drops the lock when this process and the commands that it runs have ended: pip may outlive us for a
    while if we are killed, and must not be disturbed then.
    """
    with path.open("a", encoding="utf-8") as handle:
        os.set_inheritable(handle.fileno(), True)
        waiting = False
        while not _lock(handle):
            if not waiting:
                say("Another start is setting Clique up; waiting for it to finish")
                waiting = True
            time.sleep(0.5)
        yield


def _lock(handle: IO[str]) -> bool:
    """Take the lock and return True, or return False while another process holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # a file system without locks: two set-ups at once are unlikely, none at all is worse
    return True


def make(folder: Path) -> None:
    """Make an environment with pip in it; one that works is kept, a broken one is replaced.

    One in which an installation was cut short does not count as working: pip takes a package for installed although
    some of its files are not there.
    """
    python = python_in(folder)
    cut_short = (folder / UNFINISHED).exists()
    if not cut_short and version_of(python) and run([python, "-I", "-m", "pip", "--version"])[0] == 0:
        return
    # Inside an environment, the Python that it was made from outlives it.
    base = getattr(sys, "_base_executable", None) or sys.executable
    venv = [base, "-I", "-m", "venv", "--clear", folder]
    code, output = run(venv)
    if code != 0 and re.search("ensurepip|No module named '?venv", output):
        # Debian keeps these two parts of Python in a package of their own.
        if importlib.util.find_spec("virtualenv"):
            code, output = run([sys.executable, "-m", "virtualenv", "--clear", folder])
        else:
            package = "python{}.{}-venv".format(*sys.version_info[:2])
            why = "This Python cannot make environments."
            if may_install():
                apt_install([package], why)
                code, output = run(venv)
            elif on_debian():
                # Qt's libraries would be the next thing to ask for: say it all at once.
                packages = [package, *lacking_packages((platforms() or ["offscreen"])[0])]
                raise SetupError(f"{why} Install what it lacks, then start Clique again:\n    {apt_command(packages)}")
            else:
                raise SetupError(
                    f"{why} Install its venv and ensurepip modules, or virtualenv, and start Clique again."
                )
    if code != 0:
        raise SetupError(f"No environment could be made in {folder}.\n{explain(output)}")


def install(folder: Path, lock: Path) -> None:
    """Install the packages of a lock file, showing which one is at hand when a person watches."""
    total = len(re.findall(r"^[A-Za-z0-9]", lock.read_text(encoding="utf-8"), re.MULTILINE))
    watched = sys.stdout.isatty()
    seen: set[str] = set()

    def show(line: str) -> None:
        found = re.match(r"(?:Collecting|Requirement already satisfied:) ([A-Za-z0-9_.-]+)", line)
        if watched and found and found[1] not in seen:
            seen.add(found[1])
            print(f"\r    {len(seen)} of {total}: {found[1]:<40}", end="", flush=True)

    options = ["--require-hashes", "--only-binary=:all:", "--no-input", "--disable-pip-version-check"]
    code, output = run([python_in(folder), "-I", "-m", "pip", "install", *options, "-r", lock], show)
    if watched:
        print("\r" + " " * 60, end="\r", flush=True)
    if code != 0:
        with suppress(OSError):  # the disk may be full, which is then what pip says as well
            (folder / LOG).write_text(output, encoding="utf-8")
        raise SetupError(f"The packages could not be installed.\n{explain(output)}\nAll that pip said: {folder / LOG}")


def explain(output: str) -> str:
    """Return what a person should know about what venv or pip printed."""
    for pattern, text in _TROUBLE:
        if re.search(pattern, output):
            return text
    return f"The last thing said was: {last_line(output)}"
