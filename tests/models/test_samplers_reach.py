"""Are the classes of joint states that single moves connect counted right, and said when there are several?

The oracle walks the graph of moves with a plain breadth-first search over enumerated joint states.
"""

import itertools

import numpy as np
import pytest

from models import UGM, Factor, Variable, condition
from models.samplers import closed_classes, make_sampler
from models.samplers.reach import reach_warning
from tests.models.sampler_models import equal_bits, flat_bits
from tests.oracles import enumerate_ugm


def walked_classes(ugm, blocks=None):
    """Count classes by walking from state to state."""
    left = set(enumerate_ugm(ugm).scores)
    moves = [{ugm.names.index(n) for n in b} for b in blocks or []] + [{i} for i in range(len(ugm.names))]
    n = 0
    while left:
        n += 1
        front = [left.pop()]
        while front:
            state = front.pop()
            near = [
                other
                for other in left
                if any({i for i, (a, b) in enumerate(zip(state, other, strict=True)) if a != b} <= m for m in moves)
            ]
            left.difference_update(near)
            front += near
    return n


def sparse_ugm(seed):
    """Return three tied variables, most of whose joint states are forbidden, and a free one."""
    rng = np.random.default_rng(seed)
    variables = [Variable.of_size(name, int(rng.integers(2, 5))) for name in "abcd"]
    table = rng.random([v.n_states for v in variables[:3]]) < 0.25
    table[0, 0, 0] = True
    return UGM(variables, [Factor.from_table(("a", "b", "c"), table.astype(float))])


@pytest.mark.parametrize("seed", range(40))
def test_classes_agree_with_walking(seed):
    ugm = sparse_ugm(seed)
    assert closed_classes(ugm) == walked_classes(ugm)
    pair = ugm.names[:2]
    assert closed_classes(ugm, blocks=[pair]) == walked_classes(ugm, [pair])


def test_several_classes_do_occur_in_that_test():
    counts = {closed_classes(sparse_ugm(seed)) for seed in range(40)}
    assert len(counts) > 2


def test_sampler_that_cannot_move(case, shared):
    from models import read_model

    check = case("rw13")["checks"][1]
    expected = check["expect"]
    ugm = read_model(shared / "cases" / check["model"])
    assert closed_classes(ugm) == expected["single_site_closed_classes"]
    assert closed_classes(ugm, blocks=[ugm.names]) == expected["block_of_both_closed_classes"]
    for method in ("gibbs", "metropolis"):
        assert (make_sampler(ugm, method=method).warning is not None) == expected["must_warn_on_single_site"]


def test_classes_of_components_multiply():
    pair = equal_bits()
    other = pair.with_renamed("a", "c").with_renamed("b", "d")
    both = UGM(pair.variables + other.variables, pair.factors + other.factors)
    assert closed_classes(both) == 4
    assert closed_classes(both, {"a": 1}) == 2
    assert closed_classes(both, {"a": 1, "b": 0}) == 0
    # Redrawing (b, c) together joins the components but opens nothing; (a, b) together frees the first pair.
    assert closed_classes(both, blocks=[("b", "c")]) == 4
    assert closed_classes(both, blocks=[("a", "b")]) == 2


def test_a_corridor_through_the_states_is_one_class():
    # Two variables may differ by at most one: a band along the diagonal, as long as it is narrow.
    n = 100
    band = np.abs(np.subtract.outer(np.arange(n), np.arange(n))) <= 1
    ugm = UGM([Variable.of_size(x, n) for x in "ab"], [Factor.from_table(("a", "b"), band.astype(float))])
    assert closed_classes(ugm) == 1
    assert make_sampler(ugm).warning is None


def test_warnings_say_what_they_know():
    assert reach_warning(condition(flat_bits(3))) is None
    assert "fall into 2 separate sets" in reach_warning(condition(equal_bits()))
    assert reach_warning(condition(equal_bits(), {"a": 1})) is None
    assert "may not reach" in reach_warning(condition(equal_bits()), limit=3)
    assert closed_classes(equal_bits(), limit=3) is None


def test_forbidden_single_states_alone_split_nothing():
    table = [[1.0, 0.0, 2.0], [0.0, 0.0, 0.0]]
    ugm = UGM(
        [Variable.of_size("a", 2), Variable.of_size("b", 3)],
        [Factor.from_table(("a", "b"), table), Factor(("a",), [0.0, 1.0])],
    )
    assert closed_classes(ugm) == walked_classes(ugm) == 1
    assert all(closed_classes(ugm, {"b": b}) == (1 if any(row[b] for row in table) else 0) for b in range(3))
    assert list(itertools.chain.from_iterable(enumerate_ugm(ugm).scores)) == [0, 0, 0, 2]
