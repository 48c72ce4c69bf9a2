"""Does a process end well with something of ours on the clipboard?"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = """
import sys; sys.path.insert(0, sys.argv[1])
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from gui.mime import fresh_mime
app = QApplication([])
mime = fresh_mime()
assert not mime.formats()
mime.setText("text")
mime.setData("image/svg+xml", b"<svg/>")
mime.setImageData(QImage(3, 3, QImage.Format.Format_ARGB32))
clipboard = app.clipboard()
clipboard.setMimeData(mime)
print(clipboard.text(), clipboard.image().width(), clipboard.mimeData().hasFormat("image/svg+xml"))
"""


def test_what_is_on_the_clipboard_outlives_python():
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(ROOT)], capture_output=True, text=True, timeout=280, check=False
    )
    assert (done.returncode, done.stdout.split()) == (0, ["text", "3", "True"]), done.stderr
