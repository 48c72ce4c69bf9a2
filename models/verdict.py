"""What does the treewidth mean for the cost of exact marginals, said in words a student can learn from?

Every sentence is written from computed numbers: the width or its bounds, the components that are left, the size of the
largest table. A bound is always called a bound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10
from typing import TYPE_CHECKING, Literal

from .project import Group
from .ugm import UGM

if TYPE_CHECKING:
    from .exact import Forecast
    from .exact_treewidth import TreewidthResult

Level = Literal["easy", "heavy", "hopeless"]

# Up to a million entries a calibration takes milliseconds; up to the memory limit, seconds.
EASY_ENTRIES = 2.0**20


@dataclass(frozen=True, slots=True)
class Verdict:
    """How hard exact inference is, and why.

    Attributes
    ----------
    level : "easy", "heavy" or "hopeless"
        By total table entries: up to 2^20, up to the memory limit, beyond.
    width : str
        "3", or "between 5 and 7" while only bounds are known; "none" when no variable is left.
    short : str
        For a tile: "exact inference: easy, largest table 16 entries".
    sentence : str
        One to three sentences.
    """

    level: Level
    width: str
    short: str
    sentence: str


def count_words(n: int, one: str, many: str | None = None) -> str:
    """Return "1 edge", "2 edges"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def number_words(n: float) -> str:
    """Return a number for people: "16", "1.0 million", "about 10^17", "more than 10^300"."""
    if n >= 1e300:
        return "more than 10^300"  # sizes stop there
    if n < 1e6:
        return f"{round(n):,}"
    for unit, word in ((1e6, "million"), (1e9, "billion")):
        if round(n / unit, 1) < 1000:
            return f"{n / unit:.1f} {word}"
    return f"about 10^{round(log10(n))}"


def size_words(entries: float) -> str:
    """Return a table size for people: "1 entry", "16 entries", "1.0 million entries", "about 10^17 entries"."""
    return f"{number_words(entries)} {'entry' if round(min(entries, 2.0)) == 1 else 'entries'}"


def width_words(result: TreewidthResult) -> str:
    """Return the treewidth, or "between a and b" while it is not known."""
    if result.upper < 0:
        return "none"
    return str(result.upper) if result.exact else f"between {result.lower} and {result.upper}"


def clamp_words(evidence: Mapping[str, int], groups: Sequence[Group]) -> str:
    """Name what is clamped: whole groups by their name, else variables; "" when nothing is."""
    left = set(evidence)
    words = []
    for group in groups:
        if left.issuperset(group.members):
            words.append(group.name)
            left.difference_update(group.members)
    single = [name for name in evidence if name in left]
    words += single if len(single) <= 4 else [count_words(len(single), "variable")]
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1]


def parts_words(ugm: UGM, components: Sequence[Sequence[str]]) -> str:
    """Describe the components: "a chain of 3 and 3 single variables"."""
    kinds: Counter[tuple[int, str, str]] = Counter()
    edges = ugm.edges
    where = {name: i for i, part in enumerate(components) for name in part}
    edge_counts = Counter(where[a] for a, _ in edges)
    degree = dict.fromkeys(where, 0)
    for a, b in edges:
        degree[a] += 1
        degree[b] += 1
    for i, part in enumerate(components):
        n, m, inside = len(part), edge_counts[i], ""
        if n == 1:
            kind = "single variable"
        elif m == n - 1:
            kind = f"chain of {n}" if max(degree[name] for name in part) <= 2 else f"tree of {n}"
        elif m == n * (n - 1) // 2:
            kind = f"complete graph of {n}"
        elif m == n and all(degree[name] == 2 for name in part):
            kind = f"cycle of {n}"
        else:
            kind = f"connected graph of {n} variables"
            inside = f"{m:,} edges, {count_words(m - n + 1, 'independent cycle')}"
        kinds[(-n, kind, inside)] += 1
    words = []
    for (_, kind, inside), k in sorted(kinds.items()):
        head, _, tail = kind.partition(" of ")
        many = f"{head}s of {tail}" if tail else f"{head}s"
        words.append(f"a {kind}" if k == 1 else f"{k} {many}")
        if inside:  # in brackets: what follows is another part, not more of this one
            words[-1] += f" ({inside})" if k == 1 else f" (each {inside})"
    shown = words if len(words) <= 4 else [*words[:3], f"{len(words) - 3} other kinds of part"]
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]


def level_of(forecast: Forecast, max_bytes: float) -> Level:
    """Return easy, heavy or hopeless by the size of all tables together."""
    if forecast.n_bytes > max_bytes:
        return "hopeless"
    return "easy" if forecast.total_entries <= EASY_ENTRIES else "heavy"


def _cost(result: TreewidthResult, forecast: Forecast, level: Level) -> str:
    if result.upper <= 0:
        return "Treewidth 0: the variables are independent and each marginal is read off its own table."
    if result.exact and result.upper == 1:
        return "Treewidth 1: no cycles, so exact marginals cost time linear in the number of variables."
    largest = size_words(forecast.largest_entries)
    name = f"Treewidth {result.upper}" if result.exact else f"The treewidth is {width_words(result)}"
    text = f"{name}: the largest table has {largest}"
    if level == "hopeless":
        text += ", more than fits in memory. Clamp more variables, remove edges, or sample."
    elif level == "heavy":
        text += ", so exact marginals are possible but take time and memory."
    else:
        text += ", so exact marginals are cheap at this size."
    return text


def verdict(
    ugm: UGM,
    components: Sequence[Sequence[str]],
    result: TreewidthResult,
    forecast: Forecast,
    max_bytes: float,
    evidence: Mapping[str, int] | None = None,
    groups: Sequence[Group] = (),
) -> Verdict:
    """Judge a conditional UGM.

    Parameters
    ----------
    ugm : UGM
        What is left after clamping.
    components : sequence of sequences of str
        Its connected components.
    result : TreewidthResult
        Its width or bounds.
    forecast : Forecast
        Table sizes of the elimination order that inference would use.
    max_bytes : float
        The memory limit in force.
    evidence, groups
        What was clamped, and the layers, to name it.
    """
    n = len(ugm.variables)
    if n == 0:
        if not evidence:
            return Verdict("easy", "none", "no variables yet", "There are no variables yet: add the first one.")
        return Verdict(
            "easy",
            "none",
            "nothing left to infer",
            "Every variable is clamped: the conditional UGM is empty.",
        )
    level = level_of(forecast, max_bytes)
    given = clamp_words(evidence or {}, groups)
    start = f"Given {given}, what is left is " if given else "The graph is "
    sentence = f"{start}{parts_words(ugm, components)}. {_cost(result, forecast, level)}"
    short = f"exact inference: {level}, largest table {size_words(forecast.largest_entries)}"
    return Verdict(level, width_words(result), short, sentence)
