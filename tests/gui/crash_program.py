"""A program for a process of its own: open the window, edit, and wait to be killed.

Arguments: how many edits to make, and a project to open first ("" for none). It says "ready" when the edits are made
and what is kept for the case of a crash has been written.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtWidgets import QApplication

from gui import theme
from gui.hand import Hand
from gui.main_window import MainWindow

app = QApplication([])
theme.apply(app)
window = MainWindow()
window.show()
if sys.argv[2]:
    window.filing.open_path(Path(sys.argv[2]))
    while window.document.path is None:
        app.processEvents()
hand = Hand(window.view)
for k in range(int(sys.argv[1])):
    if k < 3 and not sys.argv[2]:  # on an empty canvas every place is in sight
        hand.double_click_empty(-200.0 + 200 * k, -150.0)
    else:
        window.edit("Add", window.document.project.with_new_variable((110.0 * k, 100.0)))
    app.processEvents()
end = time.monotonic() + 20
while (window.controller.waiting or window.dispatcher.busy("keep")) and time.monotonic() < end:
    app.processEvents()
sys.stdout.write("ready\n")
sys.stdout.flush()
while True:
    app.processEvents()
    time.sleep(0.01)
