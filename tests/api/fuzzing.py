"""Schemathesis at work on the service: requests made from the OpenAPI document, all checks."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from tests.api.serving import Tester
from tests.api.world import PLACES, World

PHASES = ("examples", "coverage", "fuzzing", "stateful")
# Requests that are right in form may be wrong in substance: a cursor of another list, a stale
# ETag, a site.toml that is no site.
POSITIVE = ["2xx", "3xx", "400", "401", "403", "404", "409", "412", "415", "422", "428", "429"]
NEGATIVE = ["400", "401", "403", "404", "405", "406", "409", "412", "415", "422", "428", "429"]
# How often a placeholder gets a real id instead of a made up one.
REAL = 0.7
# Nothing here is about limits, which have tests of their own.
WIDE = {
    "requests_per_minute": 10**9,
    "feed_requests_per_minute": 10**9,
    "max_queued_jobs": 10**6,
}


@dataclass
class Examined:
    """What a run found, and how much it asked; ``statuses`` counts the answers."""

    requests: int = 0
    operations: set[str] = field(default_factory=set)
    statuses: dict[int, int] = field(default_factory=dict)
    failures: dict[tuple[str, str], str] = field(default_factory=dict)


def examine(
    tester: Tester, world: World, phases: Sequence[str], num_examples: int, seed: int = 1
) -> Examined:
    """Run some phases of schemathesis with an admin's key; one seed, one run."""
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "headers": {"Authorization": f"Bearer {tester.keys['admin']}"},
            "generation": {"max-examples": num_examples},
            "max-stream-events": 1,
            "phases": {phase: {"enabled": phase in phases} for phase in PHASES},
            "checks": {
                "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx"]},
                "positive_data_acceptance": {"expected-statuses": POSITIVE},
                "negative_data_rejection": {"expected-statuses": NEGATIVE},
            },
        }
    )
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", tester.client.app, config=config)
    schema.hook("map_path_parameters")(_Mixing(world, random.Random(seed)))
    found = Examined()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _note(found, event.recorder)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.failures[str(getattr(event, "label", "")), "error"] = str(event.info)
    return found


class _Mixing:
    """Puts real ids in place of made up ones, most of the time."""

    __name__ = "map_path_parameters"

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world = world
        self.chance = chance

    def __call__(self, context: Any, given: dict[str, Any] | None) -> dict[str, Any] | None:
        for name in given or ():
            if self.chance.random() < REAL:
                place = (context.operation.path, name)
                given[name] = PLACES.get(place) or self.world.ids[name]  # type: ignore[index]
        return given


def _note(found: Examined, recorder: Any) -> None:
    found.requests += len(recorder.interactions)
    found.operations.add(recorder.label)
    for interaction in recorder.interactions.values():
        status = interaction.response.status_code if interaction.response else 0
        found.statuses[status] = found.statuses.get(status, 0) + 1
    for checks in recorder.checks.values():
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                text = f"{failure.title}: {failure.message}\n{check.failure_info.code_sample}"
                found.failures.setdefault((recorder.label, check.name), text[:2000])
