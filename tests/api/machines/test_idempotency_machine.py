"""Idempotency keys in any order of requests: what was answered is answered again."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import update

from api.storage.base import now
from api.storage.tables import IdempotencyRecord
from tests.api.serving import Tester

LIMITS = settings(
    max_examples=10, stateful_step_count=25, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
ROLES = st.sampled_from(["admin", "planner", "stranger"])
KEYS = st.sampled_from(["k1", "k2"])
NAMES = st.sampled_from(["north", "south"])
Answered = tuple[str, int, bytes]


class Keys(RuleBasedStateMachine):
    """Sites are made under keys by three principals of two tenants, and deleted again."""

    tester: Tester

    @initialize()
    def begin(self) -> None:
        self.given: dict[tuple[str, str], Answered] = {}
        self.sites: dict[tuple[str, str], str] = {}
        for role in ("admin", "stranger"):
            for one in self.tester.get("/v1/sites", role).json()["items"]:
                self._delete(one["id"], role)
        self.wait()

    @rule(role=ROLES, key=KEYS, name=NAMES)
    def make(self, role: str, key: str, name: str) -> None:
        headers = {"Idempotency-Key": key}
        answer = self.tester.post("/v1/sites", {"name": name}, role, headers=headers)
        known, place = self.given.get((role, key)), (_tenant(role), name)
        if known is not None:
            before, status, body = known
            if before == name:
                assert (answer.status_code, answer.content) == (status, body)
                assert answer.headers["Idempotent-Replayed"] == "true"
            else:
                assert answer.json()["code"] == "idempotency_key_reused"
        elif place in self.sites:
            assert answer.json()["code"] == "name_taken"
        else:
            assert answer.status_code == 201
            assert "Idempotent-Replayed" not in answer.headers
            self.sites[place] = answer.json()["id"]
            self.given[role, key] = (name, 201, answer.content)
        self._the_sites_are_those(role)

    @rule(role=ROLES, key=KEYS)
    def make_wrongly(self, role: str, key: str) -> None:
        headers = {"Idempotency-Key": key}
        answer = self.tester.post("/v1/sites", {"name": 1}, role, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")

    @rule(role=ROLES, name=NAMES)
    def delete(self, role: str, name: str) -> None:
        site = self.sites.pop((_tenant(role), name), None)
        if site is not None:
            self._delete(site, role)

    @rule()
    def wait(self) -> None:
        """So long that all keys are forgotten."""
        old = now() - timedelta(hours=self.tester.settings.idempotency_hours + 1)
        with self.tester.database.write() as session:
            session.execute(update(IdempotencyRecord).values(created_at=old))
        self.given.clear()

    def _delete(self, site: str, role: str) -> None:
        headers = {"If-Match": "*"}
        done = self.tester.call("DELETE", f"/v1/sites/{site}", role, headers=headers)
        assert done.status_code == 204

    def _the_sites_are_those(self, role: str) -> None:
        found: list[Any] = self.tester.get("/v1/sites", role).json()["items"]
        wanted = {site for (tenant, _), site in self.sites.items() if tenant == _tenant(role)}
        assert {one["id"] for one in found} == wanted


def _tenant(role: str) -> str:
    return "other" if role == "stranger" else "acme"


def test_keys_in_any_order(tester: Tester) -> None:
    run_state_machine_as_test(type("On", (Keys,), {"tester": tester}), settings=LIMITS)
