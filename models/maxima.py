"""How good can a joint state still be when one variable is held in a given state?

The max-marginal of x at s is the largest log score among joint states with x = s that agree with the evidence. Maxima
go up the junction tree as for decoding, and then down: a clique's table plus what is best outside of it, given its
separator, holds the max-marginals of its variables. See Koller and Friedman (2009), section 13.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from . import kernels
from .calibration import NUMPY_SLICE, SLICE, Calibration
from .costs import prepare
from .errors import Cancelled, CancelToken
from .factor import Floats
from .junction_tree import Ints
from .kernels import maxima as max_kernels
from .kernels.arrays import WORK
from .kernels.layout import CLIQUE, COLUMNS, DIVIDE, DOWN, DOWN_END, DOWN_OP, MESSAGE, PARENT, ROWS, TABLE
from .numpy_passes import Shape, shapes
from .soft_evidence import SoftLike, with_soft_evidence
from .steps import Steps, drain
from .ugm import UGM


def max_marginals(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    max_bytes: float | None = None,
    *,
    soft: SoftLike | None = None,
) -> dict[str, Floats]:
    """Return the largest log score that each state of each variable allows.

    Parameters
    ----------
    ugm : UGM
    evidence : mapping of str to int, optional
    max_bytes : float, optional
        Memory limit; see `infer`.
    soft : SoftEvidence or mapping of str to array_like, optional
        Likelihoods; they count towards the score.

    Returns
    -------
    dict of str to ndarray, shape (n_states,)
        In model order. Entry s of variable x is the maximum of `UGM.log_score`, plus the logs of the likelihoods, over
        all joint states with x = s that agree with the evidence: nats, not normalised; minus infinity where there is
        none of positive potential, as in the states that a clamped variable is not in. The maximum of each array is
        the log score of `decode`; a variable where two states attain it is one that ties leave open. Read-only.

    Raises
    ------
    ZeroMassError
        Every joint state that agrees with the evidence is forbidden.
    TooLargeError, EvidenceError
    """
    return drain(max_marginals_steps(ugm, evidence, max_bytes, soft=soft))


def max_marginals_steps(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    max_bytes: float | None = None,
    cancel: CancelToken | None = None,
    *,
    soft: SoftLike | None = None,
) -> Steps[dict[str, Floats]]:
    """Compute `max_marginals` in slices; yields None."""
    ugm = with_soft_evidence(ugm, soft)
    checked, plan = prepare(ugm, evidence, max_bytes)
    token = cancel or CancelToken()
    run = Calibration(plan, ugm, checked, maximise=True, cancel=token)
    yield from run.collect_steps()
    compiled = kernels.wanted("maxima", plan.tree.table_entries)
    work: Ints = np.zeros(WORK, dtype=np.int64)
    c = plan.tree.n_cliques - 1
    while c >= 0:
        if compiled:
            program = run.program
            c = max_kernels.max_down(
                c,
                SLICE,
                program.cliques,
                plan.tree.cards,
                program.downs,
                run.memory,
                run.log_scale,
                work,
                token.flag,
            )
        else:
            c = _down(run, c, token)
        if c == max_kernels.STOPPED or token.cancelled:
            raise Cancelled
        if c >= 0:
            yield None
    values = run.memory[run.program.single_slice] + run.log_z
    run.release()
    begins = run.program.single_offset - run.program.single_slice.start
    ends = [*begins.tolist(), len(values)]
    found = {
        ugm.names[place]: values[a:b]
        for place, (a, b) in zip(plan.free[plan.tree.order].tolist(), pairwise(ends), strict=True)
    }
    answers: dict[str, Floats] = {}
    for variable in ugm.variables:
        array = found.get(variable.name)
        if array is None:
            array = np.full(variable.n_states, -np.inf)
            array[checked.get(variable.name, 0)] = run.log_z
        array.setflags(write=False)
        answers[variable.name] = array
    return answers


def _down(run: Calibration, last: int, token: CancelToken) -> int:
    """Distribute from clique `last` on with NumPy; see `kernels.maxima.max_down`."""
    program, memory = run.program, run.memory
    done, c = 0.0, last
    while c >= 0 and done < NUMPY_SLICE and not token.cancelled:
        clique = program.cliques[c * CLIQUE : (c + 1) * CLIQUE].tolist()
        rows, columns = clique[ROWS], clique[COLUMNS]
        table = memory[clique[TABLE] : clique[TABLE] + rows * columns].reshape(rows, columns)
        message = memory[clique[MESSAGE] : clique[MESSAGE] + rows]
        cards = tuple(program.cards_of(c))
        if clique[PARENT] < 0:
            message[0] = -run.log_scale[c]
        table += message[:, None]
        for op in program.downs[clique[DOWN] * DOWN_OP : clique[DOWN_END] * DOWN_OP].reshape(-1, DOWN_OP).tolist():
            kind, source, source_mask, target, target_mask, child = op
            if kind == DIVIDE:
                n = int(program.cliques[child * CLIQUE + ROWS])
                best, up = memory[source : source + n], memory[target : target + n]
                up[:] = np.subtract(best, up + run.log_scale[child], out=best.copy(), where=best > -np.inf)
            else:
                _max_onto(memory, source, source_mask, target, target_mask, cards)
        done += rows * columns
        c -= 1
    return c


def _max_onto(memory: Floats, source: int, mask: int, target: int, keep: int, cards: Shape) -> None:
    whole, kept, _ = shapes(mask, keep, 0, cards)
    values = memory[source : source + int(np.prod(whole))].reshape(whole)
    # Within `mask`, a fused axis is either kept or goes.
    gone = tuple(i for i, size in enumerate(kept) if size == 1 and whole[i] > 1)
    result = values.max(axis=gone) if gone else values.copy()
    memory[target : target + result.size] = result.reshape(-1)
