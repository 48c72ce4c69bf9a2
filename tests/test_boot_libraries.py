"""Does start-up find the system library that Qt lacks, and the Debian package that holds it?"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from pathlib import Path

import pytest

from gui import boot_libraries
from gui.boot_shell import SetupError


class System:
    """A machine without some libraries: stands in for the dynamic loader and for apt-get."""

    def __init__(self, *missing: str) -> None:
        self.missing = list(missing)
        self.installed: list[list[str]] = []
        self.error = "{}: cannot open shared object file: No such file or directory"

    def load(self, path: str) -> None:
        plugin = Path(path).name
        if plugin.startswith("libq") or plugin.startswith("libQt6"):
            needed = boot_libraries._NEEDED.get(plugin[4:-3], boot_libraries._COMMON)
            lacking = [name for name in self.missing if name in needed or name not in boot_libraries._PACKAGES]
        else:
            lacking = [plugin] if plugin in self.missing else []
        if lacking:
            raise OSError(self.error.format(lacking[0]))

    def apt_install(self, packages: list[str], why: str) -> None:
        self.installed.append(packages)
        self.missing = [name for name in self.missing if boot_libraries.package_of(name) not in packages]


@pytest.fixture
def system(monkeypatch, tmp_path):
    """Make a machine that lacks the given libraries; its Qt has the three platform plugins."""
    (tmp_path / "plugins" / "platforms").mkdir(parents=True)
    for name in ("offscreen", "xcb", "wayland"):
        (tmp_path / "plugins" / "platforms" / f"libq{name}.so").touch()

    def make(*missing: str, root: bool = True, **environ: str) -> System:
        fake = System(*missing)
        for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(boot_libraries, "qt_folder", lambda: tmp_path)
        monkeypatch.setattr(ctypes, "CDLL", fake.load)
        monkeypatch.setattr(boot_libraries, "apt_install", fake.apt_install)
        monkeypatch.setattr(boot_libraries, "may_install", lambda: root)
        monkeypatch.setattr(boot_libraries, "display_answers", lambda: True)
        return fake

    return make


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, []),
        ({"DISPLAY": ":0"}, ["xcb"]),
        ({"WAYLAND_DISPLAY": "wayland-0"}, ["wayland"]),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, ["xcb", "wayland"]),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0", "XDG_SESSION_TYPE": "wayland"}, ["wayland", "xcb"]),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen:size=800x600;vnc"}, ["offscreen", "vnc"]),
    ],
)
def test_the_platforms_that_qt_tries(environ, expected):
    assert boot_libraries.platforms(environ) == expected


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there always is a display")
def test_is_there_a_display():
    assert not boot_libraries.has_display({})
    assert not boot_libraries.has_display({"DISPLAY": ""})
    assert boot_libraries.has_display({"DISPLAY": ":0"})
    assert boot_libraries.has_display({"WAYLAND_DISPLAY": "wayland-0"})
    assert boot_libraries.has_display({"QT_QPA_PLATFORM": "offscreen"})


def test_other_systems_have_a_display_and_their_libraries(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert boot_libraries.has_display({})
    assert boot_libraries.qt_folder() is None
    boot_libraries.ensure_libraries()


def test_a_complete_system_is_left_alone(system):
    machine = system(QT_QPA_PLATFORM="offscreen")
    boot_libraries.ensure_libraries()
    assert machine.installed == []


def test_root_installs_all_that_is_missing_at_once(system):
    machine = system("libEGL.so.1", "libdbus-1.so.3", "libxcb-icccm.so.4", QT_QPA_PLATFORM="offscreen")
    boot_libraries.ensure_libraries()
    assert machine.installed == [["libegl1", "libdbus-1-3"]]
    assert machine.missing == ["libxcb-icccm.so.4"]  # offscreen does not need it


def test_the_true_name_rather_than_xcb_cursor(system):
    machine = system("libxcb-icccm.so.4", "libxcb-keysyms.so.1", root=False, DISPLAY=":0")
    with pytest.raises(SetupError, match=r"needs libxcb-icccm.*\n    sudo apt-get .*libxcb-icccm4 libxcb-keysyms1$"):
        boot_libraries.ensure_libraries()
    assert machine.installed == []


def test_one_working_platform_is_enough(system):
    machine = system("libxcb-cursor.so.0", DISPLAY=":0", WAYLAND_DISPLAY="wayland-0")
    boot_libraries.ensure_libraries()
    assert machine.installed == []


def test_wayland_libraries(system):
    machine = system("libwayland-cursor.so.0", "libwayland-egl.so.1", WAYLAND_DISPLAY="wayland-0")
    boot_libraries.ensure_libraries()
    assert machine.installed == [["libwayland-cursor0", "libwayland-egl1"]]


def test_an_installation_that_does_not_help_ends_the_loop(system, monkeypatch):
    system("libEGL.so.1", QT_QPA_PLATFORM="offscreen")
    rounds = []
    monkeypatch.setattr(boot_libraries, "apt_install", lambda packages, why: rounds.append(packages))
    with pytest.raises(SetupError, match="libegl1"):
        boot_libraries.ensure_libraries()
    assert rounds == [["libegl1"]]


def test_a_library_that_no_package_is_known_for(system):
    system("libnew.so.7", QT_QPA_PLATFORM="offscreen")
    with pytest.raises(SetupError, match=r"libnew\.so\.7.*package manager"):
        boot_libraries.ensure_libraries()


def test_a_system_that_is_too_old_for_qt(system):
    machine = system("libEGL.so.1", QT_QPA_PLATFORM="offscreen")
    machine.error = "/lib/libc.so.6: version `GLIBC_2.34' not found (required by {})"
    with pytest.raises(SetupError, match=r"cannot run Qt: .*GLIBC_2\.34"):
        boot_libraries.ensure_libraries()


@pytest.mark.parametrize("missing", [(), ("libxcb-icccm.so.4",)])
def test_a_display_that_does_not_answer(system, monkeypatch, missing):
    machine = system(*missing, DISPLAY=":77")
    monkeypatch.setattr(boot_libraries, "display_answers", lambda: False)
    with pytest.raises(SetupError, match="display :77 does not answer"):
        boot_libraries.ensure_libraries()
    assert machine.installed == []  # no use, then


def test_a_display_that_can_be_asked_only_after_installing(system, monkeypatch):
    machine = system("libxcb.so.1", DISPLAY=":77")
    monkeypatch.setattr(boot_libraries, "display_answers", lambda: not machine.installed)
    with pytest.raises(SetupError, match="display :77 does not answer"):
        boot_libraries.ensure_libraries()
    assert machine.installed == [["libxcb1"]]


@pytest.mark.parametrize(
    ("os_release", "expected"),
    [
        ('ID=debian\nVERSION_ID="12"\n', "libglib2.0-0"),
        ('ID=debian\nVERSION_ID="13"\n', "libglib2.0-0t64"),
        ("ID=debian\nVERSION_CODENAME=forky\n", "libglib2.0-0t64"),  # testing has no number
        ('ID=ubuntu\nVERSION_ID="22.04"\n', "libglib2.0-0"),
        ('ID=ubuntu\nVERSION_ID="24.04"\n', "libglib2.0-0t64"),
        ('ID=mint\nVERSION_ID="22"\n', "libglib2.0-0"),
        ("", "libglib2.0-0"),
    ],
)
def test_packages_renamed_for_64_bit_time(tmp_path, os_release, expected):
    (tmp_path / "os-release").write_text(os_release)
    assert boot_libraries.package_of("libglib-2.0.so.0", tmp_path / "os-release") == expected
    assert boot_libraries.package_of("libEGL.so.1", tmp_path / "os-release") == "libegl1"


def test_no_os_release(tmp_path):
    assert boot_libraries.package_of("libglib-2.0.so.0", tmp_path / "nothing") == "libglib2.0-0"


# --- for real, on the Qt that runs these tests --------------------------------------------------------------------

needs_bundled_qt = pytest.mark.skipif(boot_libraries.qt_folder() is None, reason="this Qt came with the system")


@needs_bundled_qt
def test_this_system_can_load_the_offscreen_platform():
    folder = boot_libraries.qt_folder()
    assert folder is not None
    assert boot_libraries.first_missing(folder, "offscreen") is None


@needs_bundled_qt
def test_the_table_names_every_library_that_qt_needs():
    """Read the real dependencies out of Qt's own files: a library without a package would go unnamed."""
    folder = boot_libraries.qt_folder()
    assert folder is not None
    for platform in ("offscreen", "xcb", "wayland"):
        files = [folder / "plugins" / "platforms" / f"libq{platform}.so"]
        files += [folder / "lib" / f"libQt6{name}.so.6" for name in boot_libraries._QT_LIBRARIES]
        names = {
            name.decode()
            for file in files
            for name in re.findall(rb"\0(lib[\w+.-]+\.so\.\d+)(?=\0)", file.read_bytes())
        }
        system = {name for name in names if not re.match(r"lib(Qt6|icu|c\.|m\.|gcc_s|pthread|dl\.|rt\.)", name)}
        assert "libGL.so.1" in system
        assert system <= set(boot_libraries._NEEDED.get(platform, boot_libraries._COMMON)), platform


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11")
def test_no_x_server_there(monkeypatch):
    if not boot_libraries._loads("libxcb.so.1"):
        pytest.skip("libxcb is not installed")
    monkeypatch.setitem(os.environ, "DISPLAY", ":9876")
    assert not boot_libraries.display_answers()
