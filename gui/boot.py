"""What must be true of the process before NumPy and Qt are imported? Standard library only."""

import os
import sys
import tempfile
from pathlib import Path


def cache_folder() -> Path:
    """Return the user's cache folder for Clique, made and writable; a temporary one if need be."""
    home = Path.home()
    if sys.platform == "win32":
        wanted = Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "clique" / "Cache"
    elif sys.platform == "darwin":
        wanted = home / "Library" / "Caches" / "clique"
    else:
        wanted = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "clique"
    for folder in (wanted, Path(tempfile.gettempdir()) / "clique-cache"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="clique-"))


def set_environment() -> None:
    """Set what NumPy, numba and pyqtgraph read when they are imported; what the user has set stays."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("QT_API", "pyside6")
    os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
    os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_folder() / "numba"))
