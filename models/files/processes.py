"""Is the program that left a file behind still running?

A process number alone does not say: numbers are used again. Together with the moment at which the process started, and
which start of the computer that was, it does.
"""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SYSTEM = platform.system()


@dataclass(frozen=True, slots=True)
class Owner:
    """A running process.

    Attributes
    ----------
    pid : int
    started : str
        When, in whatever way the system tells it; empty when it does not.
    host : str
        Which computer: a folder may be shared by several.
    """

    pid: int
    started: str
    host: str


def this_process() -> Owner:
    """Return the process that asks."""
    return Owner(os.getpid(), started(os.getpid()), platform.node())


def is_running(owner: Owner) -> bool:
    """Whether the process still runs; True where that cannot be known, on another computer for instance."""
    if owner.host != platform.node():
        return True
    if not _exists(owner.pid):
        return False
    now = started(owner.pid)
    return not owner.started or not now or now == owner.started


def started(pid: int) -> str:
    """Return when a process started, as a text to compare; empty when there is none or the system does not tell."""
    if _SYSTEM == "Windows":
        return _started_on_windows(pid)
    if _SYSTEM == "Linux":
        try:
            # After the name, which may hold anything but ends in the last ")": field 22 is the start in clock ticks.
            ticks = Path(f"/proc/{pid}/stat").read_text(encoding="latin-1").rpartition(")")[2].split()[19]
            boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        except (OSError, IndexError):
            return ""
        return f"{ticks} of {boot}"
    try:
        done = subprocess.run(
            ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def _exists(pid: int) -> bool:
    if pid <= 0:
        return False
    if _SYSTEM == "Windows":
        return bool(_started_on_windows(pid))
    try:
        os.kill(pid, 0)  # signal 0 only asks
    except ProcessLookupError:
        return False
    except OverflowError:
        return False
    except OSError:  # it belongs to somebody else
        return True
    return True


def _started_on_windows(pid: int) -> str:
    import ctypes
    from ctypes import wintypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]  # there only on Windows
    kernel.OpenProcess.restype = wintypes.HANDLE
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return ""
    try:
        times = [wintypes.FILETIME() for _ in range(4)]
        code = wintypes.DWORD()
        running = kernel.GetExitCodeProcess(wintypes.HANDLE(handle), ctypes.byref(code)) and code.value == 259
        if not running or not kernel.GetProcessTimes(wintypes.HANDLE(handle), *map(ctypes.byref, times)):
            return ""
        return str((times[0].dwHighDateTime << 32) + times[0].dwLowDateTime)
    finally:
        kernel.CloseHandle(wintypes.HANDLE(handle))
