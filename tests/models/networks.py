"""Two Bayesian networks made for the tests: as BIF files, and by hand as plain Python."""

from __future__ import annotations

import itertools
from typing import NamedTuple

LAWN = """// made for these tests
network lawn { property author = somebody; property "year 2024; really" ; }
variable Cloudy {
  type discrete [ 2 ] { no, yes };
  property position = (73, 165) ;
}
variable Rain { type discrete [ 2 ] { no, yes }; }
variable Sprinkler { type discrete [ 3 ] { off, low, high }; }
variable Wet { type discrete[2]{dry wet}; }
probability ( Cloudy ) { table 0.375, 0.625; }
probability ( Rain | Cloudy ) {
  (no) 0.875, 0.125;
  (yes) 0.5, 0.5;
}
/* a comment
   over lines */
probability ( Sprinkler | Cloudy ) {
  default 0.75, 0.125, 0.125;  // when cloudy
  (no) 0.25, 0.25, 0.5;
}
probability ( Wet | Rain, Sprinkler ) {
  (no, off) 1, 0;
  (no, low) 0.5, 0.5;
  (no, high) 0.25, 0.75;
  (yes, off) 0.125, 0.875;
  (yes, low) 0.0625, 0.9375;
  (yes, high) 0.0, 1.0;
}
"""

# Eight variables, spelt in every way that there is: quotes, tables with parents, tables before variables, no commas.
BAKERY = """network "Bakery, small" { }
probability ( "queue at door" "day" "weather" ) {
  table 0.7 0.6 0.1 0.2 0.3 0.05
        0.2 0.3 0.3 0.5 0.4 0.15
        0.1 0.1 0.6 0.3 0.3 0.8 ;
}
variable day { type discrete [ 2 ] { workday "day off" }; }
variable weather { type discrete [ 3 ] { rain, cloud, sun }; }
variable "queue at door" { type discrete [ 3 ] { none "1-5" ">5" }; }
variable oven { type discrete [ 2 ] { works, fails }; }
variable bread { type discrete [ 2 ] { "sold out" left }; }
variable smell { type discrete [ 2 ] { "0" "1" }; }
variable mood { type discrete [ 3 ] { bad, fair, good }; }
variable till { type discrete [ 1 ] { only }; }
probability ( day ) { table 0.7 0.3 ; }
probability ( weather ) { (  ) 0.3 0.45 0.25; }
probability ( oven ) { default 0.96 0.04; }
probability ( bread | "queue at door", oven ) {
  (none, works) 0.1, 0.9;
  ("1-5", works) 0.4, 0.6;
  (">5", works) 0.9, 0.1;
  default 0.99, 0.01;
}
probability ( smell | oven ) { table 0.1 0.8 0.9 0.2; }
probability ( mood | smell, bread, weather ) {
  default 0.2 0.5 0.3;
  ("0", "sold out", rain) 0.8 0.15 0.05;
  (1 left sun) 0.02 0.18 0.8;
  ("1", left, cloud) 0.1 0.3 0.6;
}
probability ( till ) { table 1; }
"""


class Net(NamedTuple):
    """A network as plain Python: labels by variable, and parents with a row for each of their joint states."""

    labels: dict[str, list[str]]
    tables: dict[str, tuple[list[str], dict[tuple[str, ...], list[float]]]]


def lawn_by_hand() -> Net:
    labels = {
        "Cloudy": ["no", "yes"],
        "Rain": ["no", "yes"],
        "Sprinkler": ["off", "low", "high"],
        "Wet": ["dry", "wet"],
    }
    wet = {
        ("no", "off"): [1, 0],
        ("no", "low"): [1 / 2, 1 / 2],
        ("no", "high"): [1 / 4, 3 / 4],
        ("yes", "off"): [1 / 8, 7 / 8],
        ("yes", "low"): [1 / 16, 15 / 16],
        ("yes", "high"): [0, 1],
    }
    return Net(
        labels,
        {
            "Cloudy": ([], {(): [3 / 8, 5 / 8]}),
            "Rain": (["Cloudy"], {("no",): [7 / 8, 1 / 8], ("yes",): [1 / 2, 1 / 2]}),
            "Sprinkler": (["Cloudy"], {("no",): [1 / 4, 1 / 4, 1 / 2], ("yes",): [3 / 4, 1 / 8, 1 / 8]}),
            "Wet": (["Rain", "Sprinkler"], wet),
        },
    )


def bakery_by_hand() -> Net:
    queue = ["none", "1-5", ">5"]
    labels = {
        "day": ["workday", "day off"],
        "weather": ["rain", "cloud", "sun"],
        "queue at door": queue,
        "oven": ["works", "fails"],
        "bread": ["sold out", "left"],
        "smell": ["0", "1"],
        "mood": ["bad", "fair", "good"],
        "till": ["only"],
    }
    by_day = {
        ("workday", "rain"): [0.7, 0.2, 0.1],
        ("workday", "cloud"): [0.6, 0.3, 0.1],
        ("workday", "sun"): [0.1, 0.3, 0.6],
        ("day off", "rain"): [0.2, 0.5, 0.3],
        ("day off", "cloud"): [0.3, 0.4, 0.3],
        ("day off", "sun"): [0.05, 0.15, 0.8],
    }
    bread = {(q, "fails"): [0.99, 0.01] for q in queue}
    bread |= {("none", "works"): [0.1, 0.9], ("1-5", "works"): [0.4, 0.6], (">5", "works"): [0.9, 0.1]}
    mood = {key: [0.2, 0.5, 0.3] for key in itertools.product(labels["smell"], labels["bread"], labels["weather"])}
    mood[("0", "sold out", "rain")] = [0.8, 0.15, 0.05]
    mood[("1", "left", "sun")] = [0.02, 0.18, 0.8]
    mood[("1", "left", "cloud")] = [0.1, 0.3, 0.6]
    return Net(
        labels,
        {
            "queue at door": (["day", "weather"], by_day),
            "day": ([], {(): [0.7, 0.3]}),
            "weather": ([], {(): [0.3, 0.45, 0.25]}),
            "oven": ([], {(): [0.96, 0.04]}),
            "bread": (["queue at door", "oven"], bread),
            "smell": (["oven"], {("works",): [0.1, 0.9], ("fails",): [0.8, 0.2]}),
            "mood": (["smell", "bread", "weather"], mood),
            "till": ([], {(): [1.0]}),
        },
    )


def directed_joint(net: Net) -> dict[tuple[str, ...], float]:
    """Multiply the probabilities of every variable given its parents, for every joint state."""
    names = list(net.labels)
    joint = {}
    for labels in itertools.product(*net.labels.values()):
        state = dict(zip(names, labels, strict=True))
        p = 1.0
        for child, (parents, rows) in net.tables.items():
            p *= rows[tuple(state[parent] for parent in parents)][net.labels[child].index(state[child])]
        joint[labels] = p
    return joint
