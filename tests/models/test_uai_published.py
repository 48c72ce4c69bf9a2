"""Published answers: log Z, marginals and most probable scores of the UAI models beside this checkout.

`.PR` and `.MAR` files are the competition's own, to six digits; answers.json was checked against other programs. A
model whose tables do not fit into the memory that is free is skipped; the largest takes 2.2 GiB.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import models
from models import kernels
from models.costs import free_memory
from models.exact import decode, forecast, infer

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "uai"
LN10 = math.log(10.0)


def all_answers() -> list[Any]:
    if not FOLDER.is_dir():
        return [pytest.param("", {}, marks=pytest.mark.skip(reason="the UAI models are not beside this checkout"))]
    answers = json.loads((FOLDER / "answers.json").read_text(encoding="utf-8"))
    return [pytest.param(name, answer, id=name) for name, answer in answers.items()]


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    for one in kernels.kernels_of("exact"):
        one.compile()


def published_marginals(path: Path) -> Iterator[list[float]]:
    words = iter(path.read_text(encoding="ascii").split()[1:])
    for _ in range(int(next(words))):
        yield [float(next(words)) for _ in range(int(next(words)))]


@pytest.mark.parametrize(("name", "answer"), all_answers())
def test_published_answers(name: str, answer: dict[str, Any]) -> None:
    ugm = models.read_model(FOLDER / f"{name}.uai")
    evidence_file = FOLDER / f"{name}.uai.evid"
    evidence = models.read_evidence(evidence_file, ugm) if evidence_file.exists() else {}
    assert len(ugm.variables) == answer["n"]
    assert len(evidence) == answer["evidence"]
    seen = forecast(ugm, evidence)
    lower = answer["treewidth"] if isinstance(answer["treewidth"], int) else answer["treewidth"][0]
    assert seen.width >= lower
    if seen.n_bytes > free_memory() / 2:
        pytest.skip(f"{name} takes {seen.n_bytes / 1e9:.1f} GB, more than half of what is free")

    inference = infer(ugm, evidence)
    assert inference.log_z == pytest.approx(answer["log10_z"] * LN10, rel=0, abs=2e-8)  # given to eight decimals
    published = FOLDER / f"{name}.uai.PR"
    if published.exists():
        text = published.read_text(encoding="ascii").split()[1]
        unit = 10.0 ** -len(text.partition(".")[2])
        assert inference.log_z / LN10 == pytest.approx(float(text), rel=0, abs=0.51 * unit)
    marginals = FOLDER / f"{name}.uai.MAR"
    if marginals.exists():
        wanted, close = list(published_marginals(marginals)), 1e-6
    else:
        wanted, close = answer["marginals"], 1e-9
    assert len(wanted) == len(ugm.variables)
    for variable, p in zip(ugm.names, wanted, strict=True):
        assert inference.marginals[variable].tolist() == pytest.approx(p, rel=0, abs=close)

    found = decode(ugm, evidence)
    assert found.log_score == pytest.approx(answer["mpe_log10"] * LN10, rel=0, abs=2e-8)
    assert all(found.assignment[v] == state for v, state in evidence.items())
