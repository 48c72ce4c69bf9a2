"""Are the bundled PINs what their program makes, and do they tell the story they are there for?"""

from __future__ import annotations

import itertools
import math
from importlib.resources import files

import numpy as np
import pytest

from models.errors import DataError
from models.files import read_dataset
from models.pins import TOP_TWENTY, bundled_pins, generate_pins, pin_shares, pins_csv


def test_the_file_is_made_again_byte_for_byte() -> None:
    assert files("resources").joinpath("data", "pins.csv").read_bytes() == pins_csv(generate_pins())


def test_reading_the_file_in_two_ways(tmp_path) -> None:
    bundled = bundled_pins()
    path = tmp_path / "pins.csv"
    path.write_bytes(pins_csv(bundled))
    assert read_dataset(path).same_as(bundled)
    assert bundled.same_as(generate_pins())
    assert bundled.names == ("x1", "x2", "x3", "x4")
    assert bundled.variable("x1").labels == tuple("0123456789")
    assert (bundled.n_rows, bundled.total_weight) == (10_000, 10_000.0)


def test_the_published_shares() -> None:
    """DataGenetics, "PIN analysis" (2012): the twenty commonest, in per cent."""
    published = (
        "1234 10.713, 1111 6.016, 0000 1.881, 1212 1.197, 7777 0.745, 1004 0.616, 2000 0.613, 4444 0.526, 2222 0.516, "
        "6969 0.512, 9999 0.451, 3333 0.419, 5555 0.395, 6666 0.391, 1122 0.366, 1313 0.304, 8888 0.303, 4321 0.293, "
        "2001 0.290, 1010 0.285"
    )
    expected = {pin: float(share) for pin, share in (entry.split() for entry in published.split(", "))}
    assert expected == TOP_TWENTY
    assert sum(expected.values()) == pytest.approx(26.83, abs=0.005)
    shares = pin_shares()
    assert list(shares) == [f"{k:04d}" for k in range(10_000)]
    assert math.fsum(shares.values()) == pytest.approx(1.0, abs=1e-12)
    assert min(shares.values()) > 0
    data = bundled_pins()
    pins = [data.show_row(row) for row in data.rows.tolist()]
    for pin, share in expected.items():
        assert shares[pin] == pytest.approx(share / 100)
        assert pins.count(pin) == round(100 * share)


def test_the_rest_is_drawn_from_its_mixture() -> None:
    """Chi-square over first digits, last digits and kinds of the other PINs; false alarm one in 10,000 each."""
    data, shares = generate_pins(200_000, seed=7), pin_shares()
    others = [pin for pin in map(data.show_row, data.rows.tolist()) if pin not in TOP_TWENTY]
    left = {pin: share for pin, share in shares.items() if pin not in TOP_TWENTY}
    scale = len(others) / sum(left.values())

    def kind(pin: str) -> str:
        return "year" if pin[:2] in {"19", "20"} else "pair" if pin[:2] == pin[2:] else pin[0]

    for group in (lambda pin: pin[0], lambda pin: pin[3], kind):
        wanted: dict[str, float] = {}
        seen: dict[str, int] = {}
        for pin, share in left.items():
            wanted[group(pin)] = wanted.get(group(pin), 0.0) + share * scale
        for pin in others:
            seen[group(pin)] = seen.get(group(pin), 0) + 1
        chi_square = sum((seen[g] - w) ** 2 / w for g, w in wanted.items())
        assert chi_square < {10: 33.72, 12: 37.37}[len(wanted)]  # 9 and 11 degrees of freedom
    rows = np.array(data.rows)
    halves = [
        float((rows[part] == [1, 2, 3, 4]).all(axis=1).mean()) for part in np.array_split(np.arange(len(rows)), 2)
    ]
    assert abs(halves[0] - halves[1]) < 4 * math.sqrt(2 * 0.107 * 0.893 / 100_000)  # shuffled


def fit_by_ipf(shares: np.ndarray, scopes: list[tuple[int, ...]]) -> np.ndarray:
    """Return the exact maximum-likelihood table with the given scopes: iterative proportional fitting on 10^4 cells."""
    fitted = np.full(shares.shape, 1e-4)
    for _ in range(400):
        gap = 0.0
        for scope in scopes:
            rest = tuple(axis for axis in range(4) if axis not in scope)
            wanted, have = shares.sum(axis=rest, keepdims=True), fitted.sum(axis=rest, keepdims=True)
            gap = max(gap, float(np.abs(wanted - have).max()))
            fitted = fitted * np.divide(wanted, have, out=np.zeros_like(have), where=have > 0)
        if gap < 1e-10:
            return fitted
    raise AssertionError("no convergence")


def test_the_story_that_the_data_tell() -> None:
    data = bundled_pins()
    shares = np.zeros((10,) * 4)
    for row in data.rows.tolist():
        shares[tuple(row)] += 1e-4
    pairs = list(itertools.combinations(range(4), 2))
    tables = {
        "independent": fit_by_ipf(shares, [(0,), (1,), (2,), (3,)]),
        "chain": fit_by_ipf(shares, [(0, 1), (1, 2), (2, 3)]),
        "complete": fit_by_ipf(shares, pairs),
        "data": shares,
    }
    p_four = {name: table[1, 2, 3, 4] / table[1, 2, 3].sum() for name, table in tables.items()}
    assert p_four["independent"] == pytest.approx(0.19, abs=0.01)
    assert p_four["chain"] == pytest.approx(0.58, abs=0.015)
    assert p_four["complete"] == pytest.approx(0.78, abs=0.015)
    assert p_four["data"] > 0.9
    assert shares[1, 2, 3, 4] == pytest.approx(0.11, abs=0.005)
    assert shares[1].sum() == pytest.approx(0.38, abs=0.015)
    assert shares[..., 4].sum() == pytest.approx(0.19, abs=0.01)
    for name, table in tables.items():
        assert np.unravel_index(np.argmax(table), table.shape) == (1, 2, 3, 4), name
    # Each richer model explains the data better.
    seen = shares > 0
    nll = [-float((shares[seen] * np.log(table[seen])).sum()) for table in tables.values()]
    assert nll == sorted(nll, reverse=True)
    assert nll[-1] == pytest.approx(data.nll_saturated())


def test_other_numbers_of_pins() -> None:
    for n in (1, 2, 13, 20, 200):
        data = generate_pins(n, seed=3)
        assert data.n_rows == n
        assert data.same_as(generate_pins(n, seed=3))
    assert not generate_pins(200, seed=3).same_as(generate_pins(200, seed=4))
    with pytest.raises(DataError, match="at least 1, not 0"):
        generate_pins(0)


def test_a_damaged_file_is_noticed(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("models.pins.files", lambda package: tmp_path)
    with pytest.raises(DataError, match="missing"):
        bundled_pins()
    (tmp_path / "data").mkdir()
    for content in (b"", b"pin\n1234\n", b"pin\n" + b"12a4\n" * 10_000, b"pin\n" + b"123\n" * 10_000):
        (tmp_path / "data" / "pins.csv").write_bytes(content)
        with pytest.raises(DataError, match="damaged"):
            bundled_pins()
