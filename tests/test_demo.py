"""Does the demonstration end well when all is well, and badly when a number is wrong?"""

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.timeout(600)  # the very first run compiles the kernels

# Play one scene with one number of expected.json changed.
WRONG = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from gui import demo, demo_story
right = demo_story.expected()
right["pins"]["mle"]["chain"]["p4_given_123"] += 0.001
demo_story.expected = lambda: right
demo_story.SCENES = (demo_story.pin_fits,)
sys.exit(demo.run_demo(Path(sys.argv[2])))
"""
# Play a scene that looks for what is not there.
BROKEN = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from gui import demo, demo_story, hand
def lost(stage):
    \"\"\"Look for a button that nobody made.\"\"\"
    hand.click(hand.find_button(stage.window, "Make coffee"))
demo_story.SCENES = (lost,)
sys.exit(demo.run_demo(Path(sys.argv[2])))
"""


def run(*arguments, seconds=500):
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", env=env, cwd=ROOT, timeout=seconds, check=False,
    )  # fmt: skip


def png_size(path):
    """Return width and height from the header of a PNG file."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n", path.name
    return struct.unpack(">II", head[16:24])


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The whole story, played once."""
    folder = tmp_path_factory.mktemp("demo") / "new folder"
    return run("app.py", "--demo", folder), folder


def test_the_demonstration_ends_well(played):
    done, folder = played
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert results["passed"] is True
    assert results["broken_off"] is None
    assert len(results["checks"]) >= 50
    assert all(check["right"] for check in results["checks"])


def test_it_writes_numbered_pictures_of_every_scene(played):
    _, folder = played
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    files = sorted(path.name for path in folder.glob("*.png"))
    assert files == sorted(results["pictures"])
    assert [name[:2] for name in files] == [f"{k:02d}" for k in range(1, len(files) + 1)]
    for word in ("start", "drawn", "given-x-h", "given-z-y", "given-x-z", "pin-fits", "one-two-three", "sampling"):
        assert any(word in name for name in files), word
    for name in files:
        assert png_size(folder / name) == (1280, 800)
        assert (folder / name).stat().st_size > 10_000


def test_it_prints_the_table_of_fits(played):
    done, _ = played
    lines = [line.split() for line in done.stdout.splitlines()]
    rows = {
        (words[0], words[1]): words for words in lines if words and words[0] in ("independent", "chain", "complete")
    }
    for model in ("independent", "chain", "complete"):
        assert (model, "l-bfgs") in rows
    assert ("chain", "coursework") in rows


def test_what_it_says_is_what_it_wrote(played):
    done, folder = played
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    n = len(results["checks"])
    assert f"{n} of {n} numbers right" in done.stdout
    assert done.stdout.count("  right  ") >= n - 1  # the last one comes while the window closes
    assert "WRONG" not in done.stdout


def test_one_wrong_number_makes_it_fail(tmp_path):
    done = run("-c", WRONG, ROOT, tmp_path)
    assert done.returncode == 1, done.stderr
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert results["passed"] is False
    assert results["broken_off"] is None
    wrong = [check["what"] for check in results["checks"] if not check["right"]]
    assert wrong == ["chain: p(4 | 1, 2, 3)"]
    assert "WRONG  chain: p(4 | 1, 2, 3)" in done.stdout


def test_a_story_that_breaks_off_makes_it_fail(tmp_path):
    done = run("-c", BROKEN, ROOT, tmp_path)
    assert done.returncode == 1
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert results["passed"] is False
    assert "Make coffee" in results["broken_off"]
    assert "Make coffee" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "broken-off.png").exists()


def test_a_folder_that_cannot_be_written(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    done = run("app.py", "--demo", blocked / "below")
    assert done.returncode == 2
    assert "cannot write" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_earlier_demonstration_is_cleared_away(tmp_path):
    for name in ("07-old.png", "results.json", "mine.txt"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    run("-c", BROKEN, ROOT, tmp_path)
    assert not (tmp_path / "07-old.png").exists()
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "old"
    assert (tmp_path / "results.json").read_text(encoding="utf-8") != "old"
