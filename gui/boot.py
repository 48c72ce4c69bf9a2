"""Can this Python run Clique, and if not, which one can?

A Python that already has every package (conda, pip install) is used as it is. Otherwise an environment is made
beside app.py and the program starts again inside it. Also sets what NumPy, numba and pyqtgraph read from the
environment when they are imported. Standard library only: it runs before anything has been installed.
"""

import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from stat import S_ISDIR
from typing import Any, NoReturn

from gui import boot_install
from gui.boot_shell import SetupError

ROOT = Path(__file__).resolve().parent.parent
STARTS = "CLIQUE_STARTS"  # how often start-up has restarted the program; guards against going round for ever

# A distribution under another name that holds the same packages.
_ALSO = {"pyside6-essentials": ("PySide6",)}
_QT_PARTS = ("QtCore", "QtGui", "QtSvg", "QtWidgets")


def ensure(purpose: str, arguments: Sequence[str]) -> None:
    """Return if this Python has all that `purpose` needs; otherwise set up, and start again inside.

    Parameters
    ----------
    purpose : str
        "run" for the window, "test" for the test suite.
    arguments : sequence of str
        The command line to start again with.

    Raises
    ------
    SetupError
        Set-up failed; the text is for a person.
    """
    starts = int(os.environ.pop(STARTS, "0"))
    if not (ROOT / "pyproject.toml").is_file():
        return  # installed by pip, which saw to the requirements
    missing = lacking(requirements(purpose))
    if missing is None:
        return
    if starts >= 2:
        raise SetupError(
            f"{missing} is missing from {sys.prefix} although it was just installed. Delete that folder and start "
            "Clique again."
        )
    spare = cache_folder() / f"env-{sha256(os.fsencode(ROOT)).hexdigest()[:12]}"
    for folder in (ROOT / ".venv", spare):
        if folder.exists() and Path(sys.prefix).resolve() == folder.resolve():
            # We run inside an environment whose stamp says that it is complete: the stamp is wrong.
            (folder / boot_install.STAMP).unlink(missing_ok=True)
    python = boot_install.environment(purpose, ROOT, spare)
    os.environ[STARTS] = str(starts + 1)
    replace_process([str(python), str(ROOT / "app.py"), *arguments])


def requirements(purpose: str) -> list[str]:
    """Return the requirements that pyproject.toml states for running or testing."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    tests = project["dependency-groups"]["test"] if purpose == "test" else []
    return [*project["project"]["dependencies"], *tests]


def lacking(wanted: Sequence[str]) -> str | None:
    """Return the first requirement that this Python does not meet, or None."""
    for requirement in wanted:
        name = re.split(r"[<>=!~ ;\[]", requirement)[0]
        versions = [version for known in (name, *_ALSO.get(name, ())) if (version := version_of(known))]
        if not any(in_range(version, requirement[len(name) :]) for version in versions):
            return requirement
    return None if not wanted or has_qt() else "a complete PySide6"


def version_of(distribution: str) -> str | None:
    """Return the installed version of a distribution, or None."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def in_range(version: str, limits: str) -> bool:
    """Tell whether a version meets limits such as ">=6.8,<6.12"; these two comparisons are all we use."""

    def key(text: str) -> list[int]:
        numbers = [int(part) for part in re.findall(r"\d+", re.split("[a-z+]", text)[0])]
        while numbers and numbers[-1] == 0:
            numbers.pop()
        return numbers

    for limit in filter(None, (part.strip() for part in limits.split(","))):
        if limit.startswith(">="):
            met = key(version) >= key(limit[2:])
        elif limit.startswith("<") and not limit.startswith("<="):
            met = key(version) < key(limit[1:])
        else:
            raise ValueError(f"pyproject.toml uses {limit!r}; start-up understands >= and < only")
        if not met:
            return False
    return True


def has_qt() -> bool:
    """Tell whether every part of PySide6 that Clique uses is there: Debian ships each in its own package."""
    spec = importlib.util.find_spec("PySide6")
    names = {file.name.split(".")[0] for place in (spec and spec.submodule_search_locations) or ()
             for file in Path(place).iterdir()}  # fmt: skip
    return names.issuperset(_QT_PARTS)


def replace_process(command: Sequence[str]) -> NoReturn:
    """Let another program take over this process, or stand in for it where the system cannot do that."""
    os.environ.pop("__PYVENV_LAUNCHER__", None)  # macOS: it would tell the new Python that it is the old one
    sys.stdout.flush()
    if sys.platform == "win32":
        raise SystemExit(subprocess.call(list(command)))
    try:
        os.execv(command[0], list(command))
    except OSError as error:
        raise SetupError(f"{command[0]} cannot be started: {error}. Delete .venv and start Clique again.") from error


def cache_folder() -> Path:
    """Return the user's cache folder for Clique, made and writable; a temporary one if need be."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() raises where there is no home
    if sys.platform == "win32":
        wanted = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "clique" / "Cache"
    elif sys.platform == "darwin":
        wanted = home / "Library" / "Caches" / "clique"
    else:
        wanted = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "clique"
    shared = Path(tempfile.gettempdir()) / f"clique-{_user()}"
    for folder in (wanted, shared):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            continue
        if boot_install.can_write(folder) and (folder != shared or _is_ours_alone(folder)):
            return folder
    return Path(tempfile.mkdtemp(prefix="clique-"))


def _user() -> int:
    return os.getuid() if sys.platform != "win32" else 0


def _is_ours_alone(folder: Path) -> bool:
    """Tell whether nobody else can put files there: compiled kernels that are loaded are code that is run."""
    found = folder.lstat()
    return sys.platform == "win32" or (S_ISDIR(found.st_mode) and found.st_uid == _user() and not found.st_mode & 0o022)


def set_environment() -> None:
    """Set what NumPy, numba and pyqtgraph read when they are imported; what the user has set stays."""
    # Two BLAS threads and a busy neighbour make the same fit 10 to 30 times slower.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("QT_API", "pyside6")
    os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
    # Compiled kernels are kept in a folder that is always writable; the program's own may not be.
    if "NUMBA_CACHE_DIR" not in os.environ:
        os.environ["NUMBA_CACHE_DIR"] = str(cache_folder() / "numba")
