"""Which texts hold all the words that a person has typed, and where?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF
from PySide6.QtGui import QPainter, QPalette, QTextDocument
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from . import theme


def words_of(typed: str) -> tuple[str, ...]:
    """Return the words of a search, in lower case."""
    return tuple(typed.casefold().split())


def found_in(words: Sequence[str], *texts: str) -> bool:
    """Return whether every word occurs in one of the texts."""
    whole = "\n".join(texts).casefold()
    return all(word in whole for word in words)


def marked(text: str, words: Sequence[str]) -> str:
    """Return a text as HTML, what was searched for on the colour of notices."""
    if not words:
        return escape(text)
    p = theme.current()
    look = f"background-color:{p.notice.name()}; color:{p.notice_text.name()}"
    # The longest first, or "text" would be found in "texture" and stop there.
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    parts = re.split(f"({pattern})", text, flags=re.IGNORECASE)
    return "".join(
        f"<span style='{look}'>{escape(part)}</span>" if k % 2 else escape(part) for k, part in enumerate(parts)
    )


class MarkingDelegate(QStyledItemDelegate):
    """Draws the cells of a table with what was searched for marked."""

    words: tuple[str, ...] = ()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        text = str(index.data() or "")
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or not any(found_in((word,), text) for word in self.words):
            super().paint(painter, option, index)
            return
        blank = QStyleOptionViewItem(option)
        self.initStyleOption(blank, index)
        blank.text = ""
        style = blank.widget.style() if blank.widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, blank, painter, blank.widget)
        document = QTextDocument()
        document.setDefaultFont(option.font)
        document.setDocumentMargin(0)
        colour = option.palette.color(QPalette.ColorRole.Text).name()
        document.setHtml(f"<span style='color:{colour}'>{marked(text, self.words)}</span>")
        area = QRectF(option.rect).adjusted(4, 0, -2, 0)
        painter.save()
        painter.setClipRect(area)
        painter.translate(area.left(), area.top() + (area.height() - document.size().height()) / 2)
        document.drawContents(painter)
        painter.restore()
