"""Start Clique: read the command line, see to the environment, open the window.

Everything before the window works on a bare Python; a Python that is too old gets a sentence rather than a
traceback, so this file must parse on Python 3.6.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this is where an older one learns of it
    sys.exit(
        f"Clique needs Python 3.11 or newer; this is Python {sys.version_info[0]}.{sys.version_info[1]}.\n"
        "Install a newer one and start Clique with it, for example: python3.11 app.py"
    )

import argparse
import io
import os
import subprocess
import tempfile
from pathlib import Path
from typing import NoReturn

# Python leaves the script's own folder out under -I, -P and PYTHONSAFEPATH.
_HERE = str(Path(__file__).resolve().parent)
if _HERE not in sys.path:
    sys.path.insert(0, _HERE)

from gui import __version__, boot, boot_install, boot_libraries
from gui.boot_shell import SetupError, say

_NO_TESTS = {"--version", "-V", "--help", "-h", "--collect-only", "--co"}  # pytest answers, and runs nothing


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; prints and leaves for --help, --version and mistakes."""
    parser = argparse.ArgumentParser(
        prog="app.py",
        description="Clique: explore undirected graphical models. Draw a graph, clamp variables, fit, sample.",
        epilog="The first start makes an environment in .venv and installs what is needed.",
    )
    parser.add_argument("file", nargs="?", metavar="FILE", help="a .clique project, a .uai model or a data set to open")
    parser.add_argument("--version", action="version", version="Clique " + __version__)
    parser.add_argument("--reset", action="store_true", help="put all settings back to their defaults, then start")
    task = parser.add_mutually_exclusive_group()
    task.add_argument(
        "--demo",
        metavar="DIR",
        type=Path,
        help="play the scripted story without a screen; write pictures and results to DIR",
    )
    task.add_argument("--warm", action="store_true", help="compile all numerical kernels into the cache, and stop")
    task.add_argument(
        "--test", nargs=argparse.REMAINDER, metavar="ARGS", help="run the test suite; all that follows goes to pytest"
    )
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Run Clique and return the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options = parse(arguments)
    try:
        prepare("run" if options.test is None else "test", arguments)
        return start(options)
    except SetupError as error:
        print(f"Clique cannot start. {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def prepare(purpose: str, arguments: list[str]) -> None:
    """See to the environment; does not return if the program has to start again inside another."""
    try:
        boot.set_environment()
        boot.ensure(purpose, arguments)
    except OSError as error:  # a full disk, a folder taken away: whatever the file system may do to us
        raise SetupError(f"{error}\n{boot_install.explain(str(error))}") from error


def start(options: argparse.Namespace) -> int:
    """Do what the command line asks for, in a Python that has every package."""
    if options.warm:
        from models import kernels

        kernels.warm()
        return 0
    if options.test is not None:
        run_tests(options.test)
    if options.demo is None and not boot_libraries.has_display():
        if options.file:
            raise SetupError(f"There is no display to show {options.file} on.")
        options.demo = demo_folder()
        say(f"There is no display, so Clique plays its demonstration; pictures and results go to {options.demo}")
    if options.demo is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    boot_libraries.ensure_libraries()
    # The worker's pure-Python slices then give way to the window after 1 ms rather than 5.
    sys.setswitchinterval(0.001)
    if options.reset:
        from gui.settings import Settings

        Settings().reset()
    if options.demo is not None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(line_buffering=True)  # in a log file, too, the story stays in step with its errors
        from gui.demo import run_demo

        return run_demo(options.demo)
    from gui.main_window import run_app

    return run_app(options.file)


def demo_folder() -> Path:
    """Return ./clique-demo, or a temporary folder where that cannot be written."""
    folder = Path.cwd() / "clique-demo"
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="clique-demo-"))
    return folder if boot_install.can_write(folder) else Path(tempfile.mkdtemp(prefix="clique-demo-"))


def run_tests(arguments: list[str]) -> NoReturn:
    """Hand over to pytest, on every core up to four; what the user asks for comes last and so prevails."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    boot_libraries.ensure_libraries()
    os.chdir(boot.ROOT)
    # The whole suite, then: compile the kernels once, rather than in every process at the same time.
    if all(word.startswith("-") for word in arguments) and not _NO_TESTS & set(arguments):
        say("Loading the compiled kernels; the first time, compiling them takes up to a minute")
        subprocess.call([sys.executable, "app.py", "--warm"])
    cores = min(4, os.cpu_count() or 1)
    # A debugger needs the one process that it was started in.
    spread = [] if cores == 1 or {"--pdb", "--trace"} & set(arguments) else ["-n", str(cores), "--dist", "loadfile"]
    boot.replace_process([sys.executable, "-m", "pytest", *spread, *arguments])


if __name__ == "__main__":
    sys.exit(main())
