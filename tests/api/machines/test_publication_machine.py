"""Publication in any order of steps by anybody: states, workers' calendars and offers as a model
in plain Python has them, and what was published never changes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from api.http.problems import Problem
from api.schedules.publication import publish
from api.schedules.terms import Terms
from api.security.principal import PERMISSIONS, Principal
from api.storage.base import new_id, now
from api.storage.tables import Assignment, FeedEvent, Offer, ScheduleVersion
from tests.api.serving import Tester
from tests.api.versions import MONDAY, make_site, make_version, shift, step

LIMITS = settings(
    max_examples=5, stateful_step_count=20, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
ALLOWED = {
    "draft": {"propose"},
    "proposed": {"approve", "reject"},
    "approved": {"publish", "reject"},
    "published": {"withdraw"},
    "superseded": set(),
    "withdrawn": set(),
}
AFTER = {
    "propose": "proposed", "approve": "approved", "reject": "draft", "publish": "published",
    "withdraw": "withdrawn",
}  # fmt: skip
NEEDS = {"reject": "approve", "withdraw": "publish"}
BODIES: dict[str, Any] = {
    "propose": {"person": "P. Planner"},
    "approve": {"person": "A. Approver", "consent_reference": "BV 7"},
    "reject": {"reason": "no"},
    "withdraw": {"reason": "no"},
    "publish": None,
}
ROLES = st.sampled_from(["admin", "planner", "approver", "auditor"])
WORKERS = ("W1", "W2")
DAYS = (0, 1)
# Each worker's hour on each day, none for a day off.
Plan = dict[tuple[str, int], int]
PLANS = st.fixed_dictionaries(
    {(worker, day): st.sampled_from([None, 8, 10]) for worker in WORKERS for day in DAYS}
).map(lambda found: {place: hour for place, hour in found.items() if hour is not None})


@dataclass
class Version:
    """A version as the model knows it."""

    plan: Plan
    state: str = "draft"
    proposer: str = ""
    as_published: Any = None


class Publication(RuleBasedStateMachine):
    """Versions of one schedule."""

    tester: Tester
    versions = Bundle("versions")

    @initialize()
    def begin(self) -> None:
        self.site = make_site(self.tester, new_id("site"))
        self.model: dict[str, Version] = {}
        self.told: Plan = {}
        self.offered: dict[tuple[str, int], int | None] = {}

    @rule(target=versions, plan=PLANS)
    def draft(self, plan: Plan) -> str:
        shifts = [shift(worker, day, hour) for (worker, day), hour in plan.items()]
        path = make_version(self.tester, self.site, shifts)
        self.model[path] = Version(plan)
        return path

    @rule(path=versions, action=st.sampled_from(list(BODIES)), role=ROLES)
    def act(self, path: str, action: str, role: str) -> None:
        version = self.model[path]
        answer = step(self.tester, path, action, role, BODIES[action])
        if NEEDS.get(action, action) not in PERMISSIONS[role]:  # type: ignore[index]
            assert answer.status_code == 403
        elif action not in ALLOWED[version.state]:
            assert (answer.status_code, answer.json()["code"]) == (409, "illegal_state")
            assert set(answer.json()["allowed"]) == ALLOWED[version.state]
        elif action == "approve" and version.proposer == role:
            assert (answer.status_code, answer.json()["code"]) == (409, "four_eyes")
        else:
            assert answer.status_code == 200, answer.text
            self._did(version, action, role)
            if action == "publish":
                self._publish(path, late=())

    @rule(path=versions)
    def hurry(self, path: str) -> None:
        """The three steps one after the other, as far as they are allowed."""
        for action, role in (("propose", "planner"), ("approve", "approver")):
            self.act(path, action, role)

    @rule(path=versions, late=st.sets(st.sampled_from(WORKERS)))
    def publish_late(self, path: str, late: set[str]) -> None:
        """Published when some of the workers can only be asked."""
        at = now()
        terms = Terms(False, {worker: at + timedelta(days=1000) for worker in late})
        asking = Principal("key_x", self.tester.tenant_id, "x", "planner")
        schedule, number = path.split("/")[3], int(path.rsplit("/", 1)[1])
        wanted = select(ScheduleVersion).where(
            ScheduleVersion.schedule_id == schedule, ScheduleVersion.number == number
        )
        version = self.model[path]
        with self.tester.database.write() as session:
            found = session.scalars(wanted).one()
            if version.state != "approved":
                with pytest.raises(Problem, match="cannot be published"):
                    publish(session, asking, found, terms, at)
                return
            publish(session, asking, found, terms, at)
        self._did(version, "publish", "planner")
        self._publish(path, late)

    @rule(accepted=st.booleans(), chance=st.integers(0, 9))
    def answer(self, accepted: bool, chance: int) -> None:
        offers = self.tester.get("/v1/offers?state=open&limit=200").json()["items"]
        mine = [one for one in offers if one["site_id"] == self.site]
        assert len(mine) == len(self.offered)
        if not mine:
            return
        one = sorted(mine, key=lambda offer: str(offer["id"]))[chance % len(mine)]
        given = "accept" if accepted else "decline"
        answer = self.tester.post(f"/v1/offers/{one['id']}/{given}", role="planner")
        assert answer.status_code == 200, answer.text
        day = int(one["start_at"][8:10]) - MONDAY.day
        hour = self.offered.pop((one["worker_id"], day))
        if accepted:
            self._tell((one["worker_id"], day), hour)

    @rule(path=versions)
    def act_on_an_old_one(self, path: str) -> None:
        """With the ETag of a state that is past."""
        headers = {"If-Match": '"0"'}
        answer = self.tester.post(f"{path}/propose", BODIES["propose"], headers=headers)
        assert answer.status_code == 412

    def _did(self, version: Version, action: str, role: str) -> None:
        version.state = AFTER[action]
        if action == "propose":
            version.proposer = role
        if action == "withdraw":
            self.told, self.offered = {}, {}

    def _publish(self, path: str, late: Any) -> None:
        for other, version in self.model.items():
            if version.state == "published" and other != path:
                version.state = "superseded"
        plan, self.offered = self.model[path].plan, {}
        for place in [(worker, day) for worker in WORKERS for day in DAYS]:
            hour = plan.get(place)
            if self.told.get(place) != hour and place[0] in late:
                self.offered[place] = hour
            else:
                self._tell(place, hour)
        self.model[path].as_published = self._content(path)

    def _tell(self, place: tuple[str, int], hour: int | None) -> None:
        if hour is None:
            self.told.pop(place, None)
        else:
            self.told[place] = hour

    def _content(self, path: str) -> Any:
        found = self.tester.get(f"{path}/assignments?limit=200").json()
        shown = self.tester.get(path).json()
        return found, {name: shown[name] for name in ("objective", "files", "run", "approved_by")}

    @invariant()
    def all_is_as_the_model_has_it(self) -> None:
        with self.tester.database.read() as session:
            events = session.scalars(
                select(FeedEvent).where(
                    FeedEvent.site_id == self.site, FeedEvent.is_cancelled.is_(False)
                )
            ).all()
            states = session.execute(
                select(ScheduleVersion.schedule_id, ScheduleVersion.number, ScheduleVersion.state)
                .where(ScheduleVersion.site_id == self.site)
            ).all()  # fmt: skip
            num_open = len(
                session.scalars(
                    select(Offer).where(Offer.site_id == self.site, Offer.state == "open")
                ).all()
            )
        seen = {}
        for one in events:
            since = one.start_at - MONDAY
            seen[one.worker_id, since.days] = since.seconds // 3600
            assert one.end_at - one.start_at == timedelta(hours=4)
        assert len(seen) == len(events)
        assert seen == self.told
        assert num_open == len(self.offered)
        assert {
            f"/v1/schedules/{schedule}/versions/{number}": state
            for schedule, number, state in states
        } == {path: version.state for path, version in self.model.items()}

    def teardown(self) -> None:
        for path, version in getattr(self, "model", {}).items():
            if version.as_published is not None:
                assert self._content(path) == version.as_published


def test_steps_in_any_order(tester: Tester) -> None:
    run_state_machine_as_test(type("On", (Publication,), {"tester": tester}), settings=LIMITS)
    with tester.database.read() as session:
        assert session.scalars(select(Assignment)).first() is not None
