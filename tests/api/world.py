"""A tenant with one of everything, and requests to every route made from the OpenAPI document.

So tests of all routes grow by themselves: whoever adds a route with a new kind of id is told here.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from api.inputs import blobs
from api.storage.tables import Forecast, Offer, OutboxEvent, ScheduleVersion
from tests.api.serving import Tester
from tests.api.versions import MONDAY, bring_to, make_site, make_version, shift

# Takes a second to make and is the same for every service.
_documents: list[dict[str, Any]] = []
METHODS = ("get", "post", "put", "patch", "delete")
# What a placeholder stands for where its name alone does not say.
PLACES = {
    ("/v1/sites/{site_id}/files/{name}", "name"): "workers.csv",
    ("/v1/rule-profiles/{name}", "name"): "de",
    ("/v1/forecasts/{forecast_id}/files/{name}", "name"): "demand.csv",
    ("/v1/schedules/{schedule_id}/versions/{number}/files/{name}", "name"): "schedule.json",
}
BODIES: dict[str, dict[str, Any]] = {
    "create_site": {"json": {"name": "a new one"}},
    "change_input": {"json": {"files": {"pins.csv": None}}},
    "upload_files": {"files": {"files": ("pins.csv", b"worker_id,start\n", "text/csv")}},
    "put_file": {"content": b"worker_id\n", "headers": {"Content-Type": "text/csv"}},
    "create_webhook": {"json": {"url": "https://example.com/hook"}},
    "replan_version": {"json": {"absent": ["W1"], "max_changes": 3}},
    "create_key": {"json": {"name": "a new one", "role": "planner"}},
}


@dataclass(frozen=True)
class World:
    """Real ids by the name of the placeholder, and words that only its owner may see."""

    ids: dict[str, str]
    words: tuple[str, ...]

    def path(self, template: str) -> str:
        """A path of the document with real ids in it."""
        path = template
        for name in _placeholders(template):
            value = PLACES.get((template, name)) or self.ids[name]
            path = path.replace("{" + name + "}", value)
        return path

    def secrets(self) -> Iterator[str]:
        """Ids and words that nobody else may find in an answer."""
        yield from (value for value in self.ids.values() if len(value) > 20)
        yield from self.words


@dataclass(frozen=True)
class Operation:
    """One method of one path of the document."""

    method: str
    template: str
    id: str
    facts: dict[str, Any]
    document: dict[str, Any]

    @property
    def needs_key(self) -> bool:
        """Whether the document says that a key is needed."""
        return bool(self.facts.get("security"))

    def request(self, world: World) -> dict[str, Any]:
        """A request that is right in form, on what a world holds."""
        asked: dict[str, Any] = {"params": self._query(world), **self._body(world)}
        return {"method": self.method.upper(), "path": world.path(self.template), **asked}

    def _query(self, world: World) -> dict[str, Any]:
        return {
            one["name"]: world.ids.get(one["name"]) or example(one["schema"], self.document, world)
            for one in self.facts.get("parameters", ())
            if one["in"] == "query" and one.get("required")
        }

    def _body(self, world: World) -> dict[str, Any]:
        if self.id in BODIES:
            return BODIES[self.id]
        content = self.facts.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return {}
        return {"json": example(content["application/json"]["schema"], self.document, world)}


def operations(tester: Tester) -> list[Operation]:
    """All routes of the document, those that change least first."""
    if not _documents:
        _documents.append(tester.client.get("/v1/openapi.json").json())
    document = _documents[0]
    found = [
        Operation(method, template, facts["operationId"], facts, document)
        for template, methods in document["paths"].items()
        for method, facts in methods.items()
    ]
    return sorted(found, key=lambda one: METHODS.index(one.method))


def example(schema: dict[str, Any], document: dict[str, Any], world: World) -> Any:
    """The smallest value that a schema allows, with real ids where ids belong."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return example(document["components"]["schemas"][name], document, world)
    if "anyOf" in schema:
        return example(schema["anyOf"][0], document, world)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "object":
            required = schema.get("required", ())
            return {
                name: _field(name, schema["properties"][name], document, world) for name in required
            }
        case "array":
            return [example(schema["items"], document, world)] * schema.get("minItems", 0)
        case "integer" | "number":
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return False
        case _:
            formats = {"date": "2027-01-11", "date-time": "2027-01-11T00:00:00Z"}
            return formats.get(schema.get("format", ""), "an example")


def _field(name: str, schema: dict[str, Any], document: dict[str, Any], world: World) -> Any:
    if name in world.ids:
        return world.ids[name]
    if name == "site_ids":
        return [world.ids["site_id"]]
    if name == "email":
        return "somebody@example.com"
    return example(schema, document, world)


def _placeholders(template: str) -> list[str]:
    return [part.split("}")[0] for part in template.split("{")[1:]]


def make_world(tester: Tester, plan: Path, name: str = "Sommerfeld") -> World:
    """A site of its own with one of everything; ``plan`` is the folder of a plan of tiny."""
    hook = tester.post("/v1/webhooks", {"url": f"https://{name.lower()}.example.com/"}).json()
    site = make_site(tester, name)
    document = json.loads((plan / "schedule.json").read_text())
    path = make_version(tester, site, document["shifts"])
    bring_to(tester, path, "published")
    schedule = path.split("/")[3]
    make_version(tester, site, [shift("W1", 0, 9), shift("W3", 1, 8)])
    feed = tester.post(f"/v1/sites/{site}/people/W2/feed").json()["url"]
    job = _ended(tester, "schedules", {"site_id": site})
    body = {"name": name, "site_ids": [site]}
    batch = tester.post("/v1/batches", body).json()["id"]
    tester.post(f"/v1/batches/{batch}/cancel")
    what_if = {"site_id": site, "name": f"{name} what if", "changes": {"volume": ["+1%"]}}
    key = tester.post("/v1/keys", {"name": f"{name} key", "role": "planner"}).json()
    ids = {
        "site_id": site,
        "schedule_id": schedule,
        "number": "1",
        "since": "1",
        "job_id": job,
        "batch_id": batch,
        "scenario_id": tester.post("/v1/scenarios", what_if).json()["id"],
        "review_id": _review(tester, site, f"{name} asks"),
        "key_id": key["id"],
        "hook_id": hook["id"],
        "token": feed.rsplit("/", 1)[1].removesuffix(".ics"),
        "worker_id": "W2",
        "table": "workers",
        "given": "accept",
        "form": "csv",
        **_by_hand(tester, plan, schedule, job),
    }
    return World(ids, (name, key["key"], hook["secret"]))


def _ended(tester: Tester, what: str, body: dict[str, Any]) -> str:
    job = str(tester.post(f"/v1/{what}", body).json()["id"])
    assert tester.post(f"/v1/jobs/{job}/cancel").status_code == 202
    return job


def _review(tester: Tester, site: str, text: str) -> str:
    tester.keys["W2"] = tester.key("worker", site_ids=[site], worker_id="W2")
    answer = tester.post("/v1/reviews", {"text": text}, "W2")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _by_hand(tester: Tester, plan: Path, schedule_id: str, job_id: str) -> dict[str, str]:
    """What only a worker or a late hour would make."""
    with tester.database.write() as session:
        tenant_id, begins = tester.tenant_id, MONDAY + timedelta(hours=8)
        version = session.scalars(
            select(ScheduleVersion).where(
                ScheduleVersion.schedule_id == schedule_id, ScheduleVersion.number == 1
            )
        ).one()
        version.files = {
            path.name: blobs.keep(session, tenant_id, path.read_bytes())
            for path in plan.iterdir()
            if path.is_file()
        }
        version.run = json.loads((plan / "schedule.json").read_text())["run"]
        offer = Offer(
            tenant_id=tenant_id, site_id=version.site_id, schedule_id=schedule_id,
            version_id=version.id, worker_id="W2", kind="added", queue="support|de|chat",
            shift_id="x", start_at=begins, end_at=begins + timedelta(hours=4), expires_at=begins,
        )  # fmt: skip
        forecast = Forecast(
            tenant_id=tenant_id, site_id=version.site_id, input_id=str(version.input_id),
            job_id=job_id, files={"demand.csv": blobs.keep(session, tenant_id, b"unique_id,ds")},
        )  # fmt: skip
        session.add_all([offer, forecast])
        event = session.scalars(select(OutboxEvent).where(OutboxEvent.tenant_id == tenant_id))
        told = event.first()
        assert told is not None
        told.state = "delivered"
        session.flush()
        return {
            "offer_id": offer.id,
            "forecast_id": forecast.id,
            "event_id": told.id,
            "version_id": version.id,
        }
