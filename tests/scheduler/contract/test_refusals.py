"""Bad problem files: each is refused in one sentence that says where and what."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scheduler.contract.problem_file import problem_json, read_problem
from scheduler.contract.schedule_file import read_shifts
from scheduler.errors import ProblemInvalid
from tests.factories import make_horizon, make_problem, make_worker

HORIZON = make_horizon(days=2)
PROBLEM = make_problem(
    HORIZON, make_worker(HORIZON, ("2026-11-02 08:00", "2026-11-02 20:00")), shift_templates=()
)
TEXT = problem_json(PROBLEM)
Document = dict[str, Any]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "problem.json"


def refusal(path: Path, content: str | bytes) -> str:
    """What the reader says to a file; it begins with the file's name."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ProblemInvalid) as refused:
        read_problem(path)
    message = str(refused.value)
    assert message.startswith(f"{path}:")
    return message.removeprefix(f"{path}:")


def place(text: str, part: str) -> str:
    """Line and column of a part of the text, as messages write them."""
    before = text[: text.index(part)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def changed(change: Callable[[Document], object]) -> str:
    document = json.loads(TEXT)
    change(document)
    return json.dumps(document, indent=1)


def test_the_untouched_file_is_good(path: Path) -> None:
    path.write_text(TEXT)
    assert problem_json(read_problem(path)) == TEXT


SPOILT: list[tuple[str, str, str, str]] = [
    # what is wrong, the text, what replaces it, what the message says after the place
    ("float for int", '"days": 2', '"days": 2.0', "days: expected a valid integer, found '2.0'"),
    ("text for int", '"days": 2', '"days": "2"', "days: expected a valid integer, found '2'"),
    ("bool for int", '"days": 2', '"days": true', "days: expected a valid integer, found 'True'"),
    ("too few days", '"days": 2', '"days": 0', "days: expected greater than or equal to 1"),
    ("too many days", '"days": 2', '"days": 401', "days: expected less than or equal to 400"),
    ("huge integer", '"days": 2', '"days": 1' + "0" * 400, "days: expected less than"),
    ("other grid", '"interval_minutes": 60', '"interval_minutes": 45',
     "interval_minutes: expected 15, 30 or 60"),
    ("other format", '"peakcrew.problem/1"', '"peakcrew.problem/2"',
     "format: expected 'peakcrew.problem/1'"),
    ("text for money", '"hourly_cost": 15.0', '"hourly_cost": "15.0"',
     "workers[0].hourly_cost: expected a valid number"),
    ("negative money", '"hourly_cost": 15.0', '"hourly_cost": -0.01',
     "workers[0].hourly_cost: expected greater than or equal to 0"),
    ("money that overflows", '"hourly_cost": 15.0', '"hourly_cost": 1e999',
     "workers[0].hourly_cost: expected a finite number"),
    ("naive instant", '"2026-11-02T08:00:00+01:00"', '"2026-11-02T08:00:00"',
     "workers[0].availability[0].start: Input should have timezone info"),
    ("no instant", '"2026-11-02T08:00:00+01:00"', '"Monday"',
     "workers[0].availability[0].start: expected a valid datetime"),
    ("number for instant", '"2026-11-02T08:00:00+01:00"', "1793602800",
     "workers[0].availability[0].start: expected a valid datetime"),
    ("preference off the scale", '"preference": 0\n', '"preference": 3\n',
     "workers[0].availability[0].preference: expected less than or equal to 2"),
    ("rest of over a day", '"min_rest_minutes": 660', '"min_rest_minutes": 1441',
     "workers[0].min_rest_minutes: expected less than or equal to 1440"),
    ("empty id", '"id": "ada"', '"id": ""',
     "workers[0].id: String should have at least 1 character"),
    ("number for a switch", '"days": 2', '"days": 2, "blended": 1',
     "blended: expected a valid boolean, found '1'"),
    ("number for a worker's switch", '"hourly_cost": 15.0',
     '"hourly_cost": 15.0, "min_minutes_hard": 0',
     "workers[0].min_minutes_hard: expected a valid boolean"),
    ("number for the objective's switch", '"fairness": 0.0', '"fairness": 0.0, "normalise": 1.0',
     "objective.normalise: expected a valid boolean"),
    ("negative price of a wish", '"fairness": 0.0', '"fairness": 0.0, "request": -1',
     "objective.request: expected greater than or equal to 0"),
    ("negative limit", '"hourly_cost": 15.0', '"hourly_cost": 15.0, "max_weekends": -1',
     "workers[0].max_weekends: expected greater than or equal to 0"),
    ("run of no day", '"hourly_cost": 15.0', '"hourly_cost": 15.0, "min_consecutive_days": 0',
     "workers[0].min_consecutive_days: expected greater than or equal to 1"),
    ("rolling over no day", '"hourly_cost": 15.0',
     '"hourly_cost": 15.0, "rolling_limits": [{"days": 0}]',
     "workers[0].rolling_limits[0].days: expected greater than or equal to 1"),
    ("negative price of a shortfall", '"hourly_cost": 15.0',
     '"hourly_cost": 15.0, "rolling_limits": [{"days": 7, "shortfall_cost_per_hour": -0.5}]',
     "workers[0].rolling_limits[0].shortfall_cost_per_hour: expected greater than or equal to 0"),
    ("limit of a template as a text", '"hourly_cost": 15.0',
     '"hourly_cost": 15.0, "max_shifts_by_template": {"four": "2"}',
     "workers[0].max_shifts_by_template.four: expected a valid integer"),
    ("naive external shift", '"hourly_cost": 15.0',
     '"hourly_cost": 15.0, "external_shifts": [{"start": "2026-11-02T08:00:00"}]',
     "workers[0].external_shifts[0].start: Input should have timezone info"),
    ("wish without a weight", '"hourly_cost": 15.0',
     '"hourly_cost": 15.0, "requests": [{"start": "2026-11-02T08:00:00+01:00", '
     '"end": "2026-11-02T09:00:00+01:00", "weight": 0}]',
     "workers[0].requests[0].weight: expected any weight but 0, found '0'"),
    ("wish beyond all measure", '"hourly_cost": 15.0',
     '"hourly_cost": 15.0, "requests": [{"start": "2026-11-02T08:00:00+01:00", '
     '"end": "2026-11-02T09:00:00+01:00", "weight": -101}]',
     "workers[0].requests[0].weight: expected greater than or equal to -100"),
    ("cap of a template", '"shift_templates": []',
     '"shift_templates": [{"id": "t", "minutes": 60, "max_shifts_per_day": -1}]',
     "shift_templates[0].max_shifts_per_day: expected greater than or equal to 0"),
    ("seats of a licence", '"days": 2',
     '"days": 2, "licences": [{"id": "l", "queues": [], "max_workers": 1.5}]',
     "licences[0].max_workers: expected a valid integer"),
    ("midnight by another name", '"days": 2',
     '"days": 2, "unpopular_hours": [{"weekdays": [], "from": "22:00", "until": "24:00"}]',
     "unpopular_hours[0].until: String should match pattern"),
    ("unknown key", '"days": 2', '"days": 2, "weeks": 1', "weeks: is not a known key"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says"), [row[1:] for row in SPOILT],
                         ids=[row[0] for row in SPOILT])  # fmt: skip
def test_a_wrong_value_is_named_with_its_place(path: Path, old: str, new: str, says: str) -> None:
    text = TEXT.replace(old, new, 1)
    value = text.index(new) + (new.rfind('": ') + 3 if '": ' in new else 0)
    assert refusal(path, text).startswith(f"{place(text, text[value:])}: {says}")


@pytest.mark.parametrize("weekday", ["0", "8", '"Monday"'])
def test_a_weekday_that_is_none_is_named_with_its_place(path: Path, weekday: str) -> None:
    hours = f'{{"weekdays": [1, {weekday}], "from": "22:00", "until": "06:00"}}'
    text = TEXT.replace('"days": 2', f'"days": 2, "unpopular_hours": [{hours}]', 1)
    where = place(text, text[text.index('"weekdays": [1, ') + len('"weekdays": [1, ') :])
    assert refusal(path, text).startswith(f"{where}: unpopular_hours[0].weekdays[1]: expected ")


@pytest.mark.parametrize("key", ["format", "time_zone", "start", "days", "queues", "workers"])
def test_a_missing_key_is_named(path: Path, key: str) -> None:
    message = refusal(path, changed(lambda document: document.pop(key)))
    assert message == f"1:1: {key}: is missing"


def test_a_missing_key_of_a_part_is_placed_at_that_part(path: Path) -> None:
    text = changed(lambda document: document["queues"][0].pop("skill"))
    queue = text[text.index("{", text.index('"queues"')) :]
    assert refusal(path, text) == f"{place(text, queue)}: queues[0].skill: is missing"


def test_every_wrong_value_is_told_at_once(path: Path) -> None:
    text = TEXT.replace('"days": 2', '"days": 0').replace('"id": "ada"', '"id": 7')
    assert [line.split(": ")[1] for line in refusal(path, text).splitlines()] == [
        "days", "workers[0].id",
    ]  # fmt: skip


def test_of_very_many_wrong_values_the_first_are_told(path: Path) -> None:
    message = refusal(
        path, changed(lambda document: document["requirement"].update(refund=[-1] * 48))
    )
    assert len(message.splitlines()) == 21
    assert message.endswith("and 28 more")


def test_a_key_that_stands_twice_is_placed_where_it_comes_again(path: Path) -> None:
    text = TEXT.replace('"days": 2', '"days": 2,\n "days": 3')
    assert refusal(path, text) == (
        f"{place(text, chr(34) + 'days' + chr(34) + ': 3')}: the key 'days' stands twice in "
        "one object"
    )


def test_the_same_key_in_two_objects_is_fine(path: Path) -> None:
    path.write_text(TEXT)
    assert TEXT.count('"id":') > 1
    read_problem(path)


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused_with_its_place(path: Path, constant: str) -> None:
    text = TEXT.replace('"hourly_cost": 15.0', f'"hourly_cost": {constant}')
    assert refusal(path, text) == f"{place(text, constant)}: {constant} is not a number"


def test_such_words_inside_a_name_are_fine(path: Path) -> None:
    path.write_text(TEXT.replace('"ada"', '"NaN \\"Infinity"'))
    assert read_problem(path).workers[0].id == 'NaN "Infinity'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "1:1: Expecting value"),
        (b" \n ", "2:2: Expecting value"),
        (b"{\n \"a\": 1,\n}", "3:1: Expecting property name"),
        (TEXT.encode() + b"{}", "Extra data"),
        (TEXT.encode()[:200], "Expecting"),
        (b"\x00" + TEXT.encode(), "1:1: Expecting value"),
        (b"[]", "1:1: expected an object"),
        (b"null", "1:1: expected an object"),
        (TEXT.encode("utf-16"), "not UTF-8 text at byte 0"),
        ('{"a": "ö"}'.encode("cp1252"), "not UTF-8 text at byte 7"),
        (b'{"a": ' + b"1" * 5000 + b"}", "a number has too many digits"),
    ],
)  # fmt: skip
def test_what_is_no_problem_file_at_all_is_refused(path: Path, content: bytes, says: str) -> None:
    assert says in refusal(path, content)


@pytest.mark.parametrize("depth", [100, 250, 900, 5_000, 200_000])
@pytest.mark.parametrize("around", ["%s", '{"workers": %s}'])
def test_deep_nesting_is_refused(path: Path, depth: int, around: str) -> None:
    refusal(path, around % ("[" * depth + "]" * depth))


ODD_TEXTS = {
    "an escaped emoji": "\\ud83d\\ude00", "a control character": "\x7f", "a long name": "x" * 190,
    "an escaped slash": "a\\/b", "YAML": "- a: !!x &y", "a line separator": "\u2028",
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD_TEXTS.values(), ids=ODD_TEXTS)
@pytest.mark.parametrize("whitespace", ["\t", " ", ""])
def test_odd_but_good_texts_do_not_hide_the_place(path: Path, odd: str, whitespace: str) -> None:
    text = f'{{{whitespace}"currency": "{odd}",\n{whitespace}"days": 0.5}}'
    column = len(whitespace) + len('"days": ') + 1
    assert f":2:{column}: days: expected a valid integer" in ":" + refusal(path, text)


def test_half_a_surrogate_pair_is_refused(path: Path) -> None:
    assert "Invalid JSON" in refusal(path, TEXT.replace('"ada"', '"\\ud83d"'))


def test_a_very_long_key_is_refused(path: Path) -> None:
    assert "is not a known key" in refusal(
        path, TEXT.replace('"days"', f'"{"k" * 5000}": 1, "days"')
    )


def test_a_missing_file_is_named(path: Path) -> None:
    with pytest.raises(ProblemInvalid, match="cannot be read: No such file"):
        read_problem(path)


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(ProblemInvalid, match="cannot be read: Is a directory"):
        read_problem(tmp_path)


MORNING = {"start": "2026-11-02T08:00:00+01:00", "end": "2026-11-02T12:00:00+01:00"}
BACKWARDS = {"start": MORNING["end"], "end": MORNING["start"]}
MEANINGLESS: dict[str, tuple[Callable[[Document], object], str]] = {
    "unknown zone": (lambda one: one.update(time_zone="Europe/Atlantis"),
                     "time_zone: 'Europe/Atlantis' is not a known zone"),
    "a zone that is a path": (lambda one: one.update(time_zone="../../etc/passwd"),
                              "is not a known zone"),
    "no midnight": (lambda one: one.update(start="2026-11-02T01:00:00+01:00"),
                    "start: 2026-11-02T01:00:00+01:00 is not midnight in Europe/Berlin"),
    "the end of time": (lambda one: one.update(start="9999-12-31T00:00:00+01:00"), "start: "),
    "the beginning of time": (lambda one: one.update(start="0001-01-01T00:00:00+01:00"), "start: "),
    "a pin at the end of time": (
        lambda one: one.update(pins=[{"worker": "ada", "queue": "refund", "minutes": 240,
                                      "start": "9999-12-31T23:59:00-10:00"}]),
        "9999-12-31T23:59:00-10:00: "),
    "requirement too short": (lambda one: one["requirement"].update(refund=[1] * 47),
                              "requirement.refund: 47 values, needed is one per interval: 48"),
    "requirement of a stranger": (lambda one: one["requirement"].update(tax=[1] * 48),
                                  "requirement.tax: not a queue"),
    "rising curve": (lambda one: one.update(coverage_value={"refund": [[1.0, 2.0]] * 48}),
                     "coverage_value.refund[0]: values must not rise"),
    "curves too long": (lambda one: one.update(coverage_value={"refund": [[1.0]] * 49}),
                        "coverage_value.refund: 49 values, needed is one per interval: 48"),
    "overlapping windows": (
        lambda one: one["workers"][0]["availability"].append(one["workers"][0]["availability"][0]),
        "worker ada: availability windows overlap"),
    "end before start": (
        lambda one: one["workers"][0]["availability"][0].update(end="2026-11-02T07:00:00+01:00"),
        "worker ada: span [480, 420): the end is not after the start"),
    "seconds": (
        lambda one: one["workers"][0]["availability"][0].update(end="2026-11-02T12:00:30+01:00"),
        "worker ada: 2026-11-02T12:00:30+01:00: not on a whole minute"),
    "a past shift that is not over": (
        lambda one: one["workers"][0].update(past_shifts=one["workers"][0]["availability"]),
        "worker ada: a past shift ends inside the horizon"),
    "external shifts that overlap": (
        lambda one: one["workers"][0].update(external_shifts=[MORNING, MORNING]),
        "worker ada: external shifts overlap"),
    "an external shift that ends before it starts": (
        lambda one: one["workers"][0].update(external_shifts=[BACKWARDS]),
        "worker ada: span [720, 480): the end is not after the start"),
    "an external shift before the horizon": (
        lambda one: one["workers"][0].update(
            external_shifts=[MORNING | {"start": "2026-11-01T23:00:00+01:00"}]),
        "worker ada: an external shift starts before the horizon; it is a past one"),
    "a wish for a template that is not there": (
        lambda one: one["workers"][0].update(requests=[MORNING | {"weight": 1, "template": "x"}]),
        "worker ada.requests: 'x' is not known"),
    "a cap on a template that is not there": (
        lambda one: one["workers"][0].update(max_shifts_by_template={"x": 1}),
        "worker ada.max_shifts_by_template: 'x' is not known"),
    "a rolling limit that asks for more than it allows": (
        lambda one: one["workers"][0].update(
            rolling_limits=[{"days": 7, "min_minutes": 2, "max_minutes": 1}]),
        "worker ada: a rolling limit's least minutes exceed its most"),
    "more days in a row than are allowed": (
        lambda one: one["workers"][0].update(min_consecutive_days=7),
        "worker ada: min_consecutive_days <= max_consecutive_days is needed"),
    "more days off in a row than are allowed": (
        lambda one: one["workers"][0].update(
            min_consecutive_days_off=3, max_consecutive_days_off=2),
        "worker ada: min_consecutive_days_off <= max_consecutive_days_off is needed"),
    "a template for a queue that is not there": (
        lambda one: one.update(shift_templates=[{"id": "t", "minutes": 60, "queues": ["tax"]}]),
        "shift template t.queues: 'tax' is not known"),
    "a template before one that is not there": (
        lambda one: one.update(
            shift_templates=[{"id": "t", "minutes": 60, "forbidden_next": ["x"]}]),
        "shift template t.forbidden_next: 'x' is not known"),
    "a template's window that ends before it starts": (
        lambda one: one.update(
            shift_templates=[{"id": "t", "minutes": 60, "windows": [BACKWARDS]}]),
        "shift template t: span [720, 480): the end is not after the start"),
    "a licence for a queue that is not there": (
        lambda one: one.update(licences=[{"id": "l", "queues": ["tax"], "max_workers": 1}]),
        "licence l.queues: 'tax' is not known"),
    "two licences of one id": (
        lambda one: one.update(licences=[{"id": "l", "queues": [], "max_workers": 1}] * 2),
        "licence 'l': the id is used twice"),
    "two of one id": (lambda one: one["workers"].append(one["workers"][0]),
                      "worker 'ada': the id is used twice"),
    "minimum above maximum": (
        lambda one: one["workers"][0].update(min_minutes_per_week=61, max_minutes_per_week=60),
        "worker ada: 0 <= min_minutes_per_week <= max_minutes_per_week is needed"),
    "pin of a stranger": (
        lambda one: one.update(pins=[{"worker": "eve", "queue": "refund", "minutes": 240,
                                      "start": "2026-11-02T08:00:00+01:00"}]),
        "pins[0].worker: 'eve' is not a worker"),
    "pin on an unknown queue": (
        lambda one: one.update(pins=[{"worker": "ada", "queue": "tax", "minutes": 240,
                                      "start": "2026-11-02T08:00:00+01:00"}]),
        "pins[0].queue: 'tax' is not a queue"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "says"), MEANINGLESS.values(), ids=MEANINGLESS)
def test_what_makes_no_sense_is_refused_by_name(
    path: Path, change: Callable[[Document], object], says: str
) -> None:
    document = json.loads(TEXT)
    if "past shift" in says:
        change(document)
        for span in document["workers"][0]["past_shifts"]:
            del span["preference"]
    else:
        change(document)
    assert says in refusal(path, json.dumps(document))


def test_a_schedule_of_another_format_is_refused(path: Path) -> None:
    path.write_text('{"format": "peakcrew.problem/1"}')
    with pytest.raises(ProblemInvalid, match=r"1:12: format: expected 'peakcrew.schedule/1'"):
        read_shifts(path, PROBLEM)
