"""What a person sees while the program works."""

from typing import get_args

import pytest

from api.terminal import ENDINGS, Terminal, progress_line, summary_lines
from scheduler.schedule import Progress, Schedule, Status
from scheduler.solver.limits import StopReason
from tests.factories import make_horizon, make_problem

MOMENT = Progress(1.0, "dive", cost=110_00, bound=100_00)


def test_a_line_says_seconds_stage_cost_bound_and_gap() -> None:
    words = progress_line(Progress(12.34, "repair", 1_234_567_00, 1_111_110_30)).split()
    assert words == [
        "12.3", "s", "repair", "cost", "1,234,567.00", "bound", "1,111,110.30", "gap", "10.000%",
    ]  # fmt: skip


def test_before_the_first_schedule_only_the_stage_is_known() -> None:
    assert progress_line(Progress(0.0, "greedy")).split() == ["0.0", "s", "greedy"]


def test_stages_and_progress_go_to_the_error_stream(capsys: pytest.CaptureFixture[str]) -> None:
    with Terminal() as terminal:
        terminal.stage("forecasting")
        terminal.progress(MOMENT)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == ["forecasting ...", progress_line(MOMENT)]


def test_nothing_new_is_not_said_again_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with Terminal() as terminal:
        for hundredth in range(100, 200):
            terminal.progress(Progress(hundredth / 100, "dive", 110_00, 100_00))
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_in_a_log_every_sign_of_life_shows_cost_bound_and_gap(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Signs of life come every few seconds; those nearer together are not worth a line."""
    with Terminal() as terminal:
        for half_second in range(121):
            terminal.progress(Progress(half_second / 2, "dive", 110_00, 100_00))
    lines = capsys.readouterr().err.splitlines()
    assert 12 <= len(lines) <= 21
    assert all("bound" in line and "gap" in line for line in lines)


def test_a_better_cost_is_said_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with Terminal() as terminal:
        terminal.progress(MOMENT)
        terminal.progress(Progress(1.1, "dive", 109_00, 100_00))
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize(
    "text",
    ["queue [bold]refund[/bold]", "queue :warning:|de|chat", "w" * 200, "a b " * 60 + "end"],
    ids=["markup", "emoji", "long word", "long line"],
)
def test_a_line_is_shown_as_it_is(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Terminal() as terminal:
        terminal.say(text)
    assert capsys.readouterr().err == text + "\n"


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Terminal(quiet=True) as terminal:
        terminal.stage("forecasting")
        terminal.progress(MOMENT)
        terminal.say("note")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("reason", "end"),
    [
        ("optimal", "proven optimal, 2.0 s"),
        ("memory_limit", "could still be saved, 2.0 s, memory limit reached"),
    ],
)
def test_the_summary_says_what_ended_the_search(reason: str, end: str) -> None:
    bound = 100 if reason == "optimal" else 90
    status: Status = "optimal" if reason == "optimal" else "feasible"
    schedule = Schedule((), status, 100, bound, {}, (), 2.0, run={"stop_reason": reason})
    assert summary_lines(make_problem(make_horizon()), schedule)[1].endswith(end)


def test_every_ending_but_the_proof_has_its_words() -> None:
    assert {"optimal", *ENDINGS} == set(get_args(StopReason))
