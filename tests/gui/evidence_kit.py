"""What do the stories of evidence share: a small model, and what must be true of its bars?"""

from __future__ import annotations

import numpy as np

from models import Factor, Variable
from models.project import Project
from models.ugm import UGM
from tests.oracles import enumerate_ugm


def weather() -> Project:
    rng = np.random.default_rng(3)
    variables = [
        Variable("sky", ("clear", "cloudy", "rain")),
        Variable("pump", ("off", "on")),
        Variable.of_size("a", 4),
    ]
    factors = [Factor(("sky", "pump"), rng.normal(size=(3, 2))), Factor(("pump", "a"), rng.normal(size=(2, 4)))]
    return Project(ugm=UGM(variables, factors), positions={"sky": (0, 0), "pump": (220, 0), "a": (440, 0)})


def multiplied(project):
    with np.errstate(divide="ignore"):
        seen = [Factor(name, np.log(values)) for name, values in project.soft.items()]
    return UGM(project.ugm.variables, [*project.ugm.factors, *seen])


def check_bars(person):
    """Assert that bars are those of the model times the likelihoods."""
    person.settle()
    right = enumerate_ugm(multiplied(person.project), dict(person.project.evidence))
    for name, marginal in zip(person.project.ugm.names, right.marginals, strict=True):
        np.testing.assert_allclose(person.bars(name), marginal, atol=1e-10, err_msg=name)
    prior = enumerate_ugm(person.project.ugm)
    return right.log_z, prior.log_z


def now_words(person):
    """Return what the box says about the evidence in hand."""
    return person.window.inspector.evidence._now.text()
