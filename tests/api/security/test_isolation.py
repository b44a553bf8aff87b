"""Nobody sees what is not his: every route of the OpenAPI document, asked by the wrong ones."""

import re

import pytest
from httpx2 import Response

from tests.api.command import Planned
from tests.api.serving import Tester
from tests.api.versions import make_site
from tests.api.world import Operation, World, make_world, operations

# Asked for no key: whoever runs the service, and calendars, whose address is the secret.
OPEN = {"health", "ready", "metrics", "read_feed"}
# The same for everybody.
PUBLIC = {"list_rule_profiles", "read_rule_profile"}


@pytest.fixture
def world(tester: Tester, tiny: Planned) -> World:
    return make_world(tester, tiny.folder)


def ask(tester: Tester, one: Operation, world: World, role: str) -> Response:
    request = one.request(world)
    return tester.call(request.pop("method"), request.pop("path"), role, **request)


def told(answer: Response, one: Operation, world: World) -> str:
    """What an answer says beyond what was asked: a problem repeats the path."""
    return (answer.text + str(dict(answer.headers))).replace(world.path(one.template), "")


def leaks(answer: Response, one: Operation, world: World) -> set[str]:
    text = told(answer, one, world)
    return {secret for secret in world.secrets() if secret in text}


def is_about_one(one: Operation) -> bool:
    """Whether the route is about one thing that somebody owns."""
    return "{" in one.template and one.id not in OPEN | PUBLIC


def test_the_requests_are_good_ones(tester: Tester, world: World) -> None:
    """Otherwise the refusals below would prove nothing."""
    site = world.ids["site_id"]
    tester.keys["worker"] = tester.key("worker", site_ids=[site], worker_id="W2")
    for one in operations(tester):
        answer = ask(tester, one, world, "admin")
        if answer.status_code == 403:
            answer = ask(tester, one, world, "worker")
        assert answer.status_code not in (401, 403, 404, 405, 500), (one.id, answer.text)
        # Right in form, that is; what is asked for need not make sense.
        assert answer.status_code != 422 or answer.json()["code"] != "invalid", answer.text


def test_every_route_refuses_others(tester: Tester, world: World) -> None:
    """Another tenant, a key for another site, and no key at all."""
    tester.keys["scoped"] = tester.key("admin", site_ids=[make_site(tester, "elsewhere")])
    for one in operations(tester):
        for role in ("stranger", "scoped"):
            answer = ask(tester, one, world, role)
            if one.id != "read_feed":
                assert not leaks(answer, one, world), (role, one.id)
            if is_about_one(one):
                assert answer.status_code in (403, 404), (role, one.id, answer.text)
            assert answer.status_code < 500, (role, one.id)
        request = one.request(world)
        answer = tester.client.request(request.pop("method"), request.pop("path"), **request)
        assert (answer.status_code == 401) == (one.id not in OPEN), (one.id, answer.text)
        assert one.needs_key == (one.id not in OPEN), one.id


def test_every_route_keeps_workers_apart(tester: Tester, world: World) -> None:
    site = world.ids["site_id"]
    tester.keys["W1"] = tester.key("worker", site_ids=[site], worker_id="W1")
    own = {site, world.ids["schedule_id"], world.ids["version_id"]}
    for one in operations(tester):
        if one.id in OPEN:
            continue
        answer = ask(tester, one, world, "W1")
        assert leaks(answer, one, world) <= own, one.id
        if one.id not in PUBLIC:
            text = told(answer, one, world)
            assert not re.search(r"\b(W[2-8]|Worker [2-8])\b", text), (one.id, text)
        if is_about_one(one) and not one.template.startswith("/v1/me/"):
            assert answer.status_code in (403, 404), (one.id, answer.text)
        assert answer.status_code < 500, one.id


def test_a_key_for_some_sites_makes_nothing_for_all(tester: Tester) -> None:
    here, there = make_site(tester, "here"), make_site(tester, "there")
    tester.keys["scoped"] = tester.key("admin", site_ids=[here])
    for site_ids, status in ((None, 403), ([there], 404), ([here, there], 404), ([here], 201)):
        body = {"name": "x", "role": "admin", "site_ids": site_ids}
        assert tester.post("/v1/keys", body, "scoped").status_code == status, site_ids
    hook = tester.post("/v1/webhooks", {"url": "https://example.com/"}, "scoped")
    assert hook.status_code == 403
