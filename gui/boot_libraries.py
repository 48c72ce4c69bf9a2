"""Which system libraries does Qt still need, and which Debian packages hold them?

Qt aborts the process when its platform plugin cannot be loaded, and its message blames the wrong library. So the
plugin is loaded here first, by hand, before Qt is asked to: the loader then names what is really missing. As root on
Debian or Ubuntu the package is installed; otherwise the command to do so is shown. Standard library only.
"""

import ctypes
import importlib.util
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from gui.boot_shell import SetupError, apt_command, apt_install, may_install

# Library to Debian package, found by starting minimal Debian 12 and 13 systems and adding one package at a time.
_COMMON = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libzstd.so.1": "libzstd1",
    "libz.so.1": "zlib1g",
    "libstdc++.so.6": "libstdc++6",
}
_XCB = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
_WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
_PACKAGES = {**_COMMON, **_XCB, **_WAYLAND}
_NEEDED = {"xcb": {**_COMMON, **_XCB}, "wayland": {**_COMMON, **_WAYLAND}}

# Renamed when Debian 13 and Ubuntu 24.04 moved to 64-bit time.
_TIME64 = {"libglib2.0-0": "libglib2.0-0t64"}
_TIME64_SINCE = {"debian": 13.0, "ubuntu": 24.04}

# The Qt libraries that the window, pyqtgraph and the tests import.
_QT_LIBRARIES = ("Core", "DBus", "Gui", "Widgets", "Svg", "OpenGL", "OpenGLWidgets", "Test")


def has_display(environ: Mapping[str, str] = os.environ) -> bool:
    """Tell whether a window can be shown, or the user has said which platform Qt is to use."""
    if not sys.platform.startswith("linux"):
        return True
    return any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def platforms(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return the platform plugins that Qt is going to try, in its order."""
    if chosen := environ.get("QT_QPA_PLATFORM"):
        return [part.split(":")[0] for part in chosen.split(";") if part]
    names = [name for name, key in (("xcb", "DISPLAY"), ("wayland", "WAYLAND_DISPLAY")) if environ.get(key)]
    return names[::-1] if environ.get("XDG_SESSION_TYPE") == "wayland" else names


def ensure_libraries() -> None:
    """Return once Qt's libraries and one of the platform plugins that it will try can be loaded.

    Raises
    ------
    SetupError
        A library is missing and cannot be installed from here, or the X display does not answer.
    """
    folder = qt_folder()
    if folder is None:
        return  # not Linux, or a Qt that came with the system or conda, which brings what it needs
    tried = platforms() or ["offscreen"]
    _check_display(tried)
    if all(first_missing(folder, name) for name in tried):
        _repair(folder, tried[0])
        _check_display(tried)


def _check_display(tried: list[str]) -> None:
    """Refuse an X display that does not answer: Qt would abort the process."""
    if tried == ["xcb"] and not display_answers():
        raise SetupError(
            f"The display {os.environ.get('DISPLAY', '')} does not answer. Start it, or unset DISPLAY to run the "
            "demonstration without a screen."
        )


def qt_folder() -> Path | None:
    """Return the Qt folder inside the PySide6 package on Linux, if there is one."""
    spec = importlib.util.find_spec("PySide6") if sys.platform.startswith("linux") else None
    for place in (spec and spec.submodule_search_locations) or ():
        if (Path(place) / "Qt" / "plugins" / "platforms").is_dir():
            return Path(place) / "Qt"
    return None


def first_missing(folder: Path, platform: str) -> str | None:
    """Load Qt and a platform plugin; return the name of the first system library that is not there, or None.

    Raises
    ------
    SetupError
        Loading fails for another reason, such as a C library that is too old.
    """
    libraries = [folder / "lib" / f"libQt6{name}.so.6" for name in _QT_LIBRARIES]
    plugin = folder / "plugins" / "platforms" / f"libq{platform}.so"
    for path in (*libraries, plugin):
        if path.exists():
            try:
                ctypes.CDLL(str(path))
            except OSError as error:
                found = re.match(r"(\S+): cannot open shared object file", str(error))
                if not found:
                    raise SetupError(f"This system cannot run Qt: {error}") from error
                return found[1]
    return None


def _repair(folder: Path, platform: str) -> None:
    """Install what a platform plugin lacks, until it loads or the same library is missing twice."""
    seen: set[str] = set()
    while library := first_missing(folder, platform):
        packages = lacking_packages(platform, library)
        why = f"Qt needs {library}, which this system lacks."
        if not packages or library not in _PACKAGES:
            raise SetupError(f"{why} Install it with your system's package manager, then start Clique again.")
        if library in seen or not may_install():
            raise SetupError(f"{why} Install it, then start Clique again:\n    {apt_command(packages)}")
        seen.add(library)
        apt_install(packages, why)


def lacking_packages(platform: str, *libraries: str) -> list[str]:
    """Return the packages of these libraries and of all others that Qt needs on a platform and that do not load.

    The loader names one missing library at a time; the table tells the rest, so that one command is enough.
    """
    lacking = [*libraries, *(name for name in _NEEDED.get(platform, _COMMON) if not _loads(name))]
    return list(dict.fromkeys(package_of(name) for name in lacking if name in _PACKAGES))


def package_of(library: str, os_release: Path = Path("/etc/os-release")) -> str:
    """Return the package that holds a library in this release of Debian or Ubuntu."""
    package = _PACKAGES[library]
    try:
        release = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', os_release.read_text(encoding="utf-8"), re.MULTILINE))
        since = _TIME64_SINCE[release["ID"]]
        return _TIME64.get(package, package) if float(release.get("VERSION_ID") or "inf") >= since else package
    except (OSError, KeyError, ValueError):
        return package


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def display_answers() -> bool:
    """Tell whether the X server that DISPLAY names lets us in; True as well while there is no way to ask."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    answers = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return bool(answers)
