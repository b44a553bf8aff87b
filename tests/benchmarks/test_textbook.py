"""The textbook model has the same optimum as Peakcrew's, and more columns."""

from hypothesis import given

from benchmarks.textbook import textbook
from scheduler.model.build import build
from scheduler.problem import Problem
from tests.scheduler.forcing import least_cost
from tests.scheduler.solver.test_responses import with_known_rules
from tests.scheduler.test_brute_force import budget
from tests.scheduler.tiny_problems import tiny_problems


@budget(30)
@given(tiny_problems())
def test_both_models_have_one_optimum(problem: Problem) -> None:
    known = with_known_rules(problem)
    if known.is_blended:
        return
    model = build(known)
    stated = textbook(model)
    assert least_cost(stated) == least_cost(model.linear)
    assert stated.num_columns >= len(model.variables.choices.column)
