"""How is a table of a bag or of a message written so that it can be read?"""

from __future__ import annotations

from html import escape
from itertools import product

from gui.words import brief, count, probability
from models.factor import Factor
from models.messages import Message, shares
from models.ugm import UGM

MOST_ROWS = 64


def factor_table(factor: Factor, ugm: UGM, head: str) -> str:
    """Return a factor, scaled to sum to one, as an HTML table: one row for each joint state, the first ones if many."""
    labels = [ugm.variable(name).labels for name in factor.scope]
    values = shares(factor.log_table).reshape(-1)
    names = "".join(f"<th align='right'>&nbsp;{escape(brief(name))}</th>" for name in factor.scope)
    rows = []
    for states, value in zip(product(*labels), values[:MOST_ROWS], strict=False):
        cells = "".join(f"<td align='right'>&nbsp;{escape(state)}</td>" for state in states)
        rows.append(f"<tr>{cells}<td align='right'>&nbsp;&nbsp;{probability(float(value))}</td></tr>")
    more = len(values) - len(rows)
    end = f"<p>… and {count(more, 'more row')}</p>" if more > 0 else ""
    return f"<p><b>{escape(head)}</b></p><table><tr>{names}<th>&nbsp;&nbsp;share</th></tr>{''.join(rows)}</table>{end}"


def message_text(message: Message, ugm: UGM, sent: bool) -> str:
    """Return one message with its direction, or that it has not been sent yet."""
    way = "towards the root" if message.upward else "away from the root"
    head = f"Bag {message.source + 1} to bag {message.target + 1}, {way}"
    if not sent:
        return f"<p><b>{head}</b>: not sent yet.</p>"
    if not message.factor.scope:
        return f"<p><b>{head}</b>: the bags share no variable, so the message is a constant.</p>"
    return factor_table(message.factor, ugm, head)
