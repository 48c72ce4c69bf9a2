"""A program for a process of its own: open the window, edit without end, and be killed.

Argument: a project to open first ("" for none). It says after each edit how many there were.
"""

import sys
from itertools import count
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
if sys.argv[1]:
    window.filing.open_path(Path(sys.argv[1]))
    while window.document.path is None:
        app.processEvents()
hand = Hand(window.view)
for k in count():
    if k < 3 and not sys.argv[1]:  # on an empty canvas every place is in sight
        hand.double_click_empty(-200.0 + 200 * k, -150.0)
    else:
        window.edit("Add", window.document.project.with_new_variable((110.0 * (k % 20), 100.0 * (k // 20))))
    app.processEvents()
    sys.stdout.write(f"{k + 1}\n")
    sys.stdout.flush()
