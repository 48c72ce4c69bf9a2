"""How does start-up speak, run commands, and ask Debian for packages?

Everything that start-up does to the machine goes through here, so that the tests can watch and replace it. Standard
library only: this runs before anything has been installed.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path


class SetupError(Exception):
    """Start-up cannot go on. The text says why and what to do; it is shown alone, without a traceback."""


def say(text: str) -> None:
    """Print one line at once, also when the output is a file."""
    print(text, flush=True)


def run(
    command: Sequence[str | Path],
    on_line: Callable[[str], None] | None = None,
    env: dict[str, str] | None = None,
) -> tuple[int, str]:
    """Run a command to its end and return its exit code and all it printed; 127 if it cannot be started."""
    try:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            close_fds=False,  # Python's own files are closed all the same; only the set-up's lock goes along
            env={**os.environ, **(env or {})},
        )
    except OSError as error:
        return 127, str(error)
    lines: list[str] = []
    with process:
        for line in process.stdout or ():
            lines.append(line)
            if on_line:
                on_line(line.rstrip())
    return process.returncode, "".join(lines)


def on_debian() -> bool:
    """Tell whether this is Debian or a relative of it, such as Ubuntu."""
    return shutil.which("apt-get") is not None and Path("/etc/debian_version").exists()


def may_install() -> bool:
    """Tell whether this process may install Debian packages: it is root, and there is apt-get."""
    return on_debian() and os.geteuid() == 0


def apt_command(packages: Sequence[str]) -> str:
    """Return what a person types to install Debian packages."""
    return "sudo apt-get install -y " + " ".join(packages)


def apt_install(packages: Sequence[str], why: str) -> None:
    """Install Debian packages as root, with fresh package lists if the present ones are empty or too old."""
    say(f"{why} Installing with apt-get: {' '.join(packages)}")
    # Another apt-get may be at work just now, so wait for its lock rather than fail.
    apt = ["apt-get", "-o", "DPkg::Lock::Timeout=180", "-qq"]
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    code, _ = run(install, env=quiet)
    if code != 0:
        run([*apt, "update"], env=quiet)
        code, output = run(install, env=quiet)
        if code != 0:
            raise SetupError(
                f"apt-get could not install {' '.join(packages)}: {last_line(output)}\n"
                f"Try it by hand, then start Clique again:\n    {apt_command(packages)}"
            )


def last_line(output: str) -> str:
    """Return the last line of a command's output that says something."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
