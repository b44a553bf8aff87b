"""The audit log through its doors: read, noted, verified, exported."""

import json

import pytest
from sqlalchemy import select, text
from typer.testing import CliRunner

from api.audit.chain import Broken, verify
from api.cli import app
from api.storage.append_only import protect, unprotect
from api.storage.tables import OutboxEvent, WebhookEndpoint
from tests.api.serving import Tester
from tests.api.versions import bring_to, make_site, make_version, shift


def test_filters_and_pages(tester: Tester) -> None:
    sites = [make_site(tester, f"site {number}") for number in range(3)]
    every = tester.get("/v1/audit?limit=200", "auditor").json()["items"]
    assert [one["number"] for one in every] == list(range(1, len(every) + 1))
    made = tester.get("/v1/audit?action=site.created", "auditor").json()["items"]
    assert [one["subject"] for one in made] == sites
    of_one = tester.get(f"/v1/audit?subject={sites[1]}", "auditor").json()["items"]
    assert {one["subject"] for one in of_one} == {sites[1]}
    at = {"from": every[2]["at"], "to": every[4]["at"]}
    some = tester.get("/v1/audit", "auditor", params=at).json()["items"]
    assert [one["number"] for one in some] == [3, 4]
    seen, cursor = [], None
    while True:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        found = tester.get("/v1/audit", "auditor", params=query).json()
        seen += [one["number"] for one in found["items"]]
        if (cursor := found["next_cursor"]) is None:
            break
    assert seen == [one["number"] for one in every]
    first = tester.get("/v1/audit?limit=1", "auditor").json()["next_cursor"]
    foreign = tester.get(f"/v1/audit?action=x&cursor={first}", "auditor")
    assert (foreign.status_code, foreign.json()["code"]) == (400, "bad_cursor")


def test_who_may_read_it(tester: Tester) -> None:
    site = make_site(tester)
    for path in ("/v1/audit", "/v1/audit/head", "/v1/audit/verify"):
        for role in ("planner", "approver"):
            assert tester.get(path, role).status_code == 403
        assert tester.get(path, "auditor").status_code == 200
    tester.keys["of one site"] = tester.key("auditor", site_ids=[site])
    assert tester.get("/v1/audit", "of one site").status_code == 403
    mine = {one["hash"] for one in tester.get("/v1/audit", "auditor").json()["items"]}
    theirs = {one["hash"] for one in tester.get("/v1/audit", "stranger").json()["items"]}
    assert not mine & theirs


def test_a_broken_entry_is_named_by_api_and_command(
    tester: Tester, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_site(tester)
    monkeypatch.setenv("PEAKCREW_DATABASE_URL", tester.database.url)
    head = tester.get("/v1/audit/head", "auditor").json()
    whole = tester.get("/v1/audit/verify", "auditor").json()
    assert (whole["is_whole"], whole["head"], whole["broken"]) == (True, head, None)
    noted = f"{head['number']}:{head['hash']}"
    for more in ([], ["--tenant", "acme"], ["--tenant", "acme", "--noted", noted]):
        done = CliRunner().invoke(app, ["audit", "verify", *more])
        assert (done.exit_code, head["hash"] in done.stdout) == (0, True), done.output
    with tester.database.engine.begin() as connection:
        unprotect(connection)
        change = text("UPDATE audit SET actor = 'key_x' WHERE number = 2 AND tenant_id = :tenant")
        connection.execute(change, {"tenant": tester.tenant_id})
        protect(connection)
    broken = tester.get("/v1/audit/verify", "auditor").json()
    assert broken["broken"] == {"number": 2, "why": "was changed"}
    done = CliRunner().invoke(app, ["audit", "verify"])
    assert (done.exit_code, "acme: BROKEN at entry 2" in done.stdout) == (1, True)
    told = json.loads(CliRunner().invoke(app, ["audit", "verify", "--json"]).stdout)["tenants"]
    assert {one["tenant"]: one["broken_number"] for one in told} == {"acme": 2, "other": None}
    assert CliRunner().invoke(app, ["audit", "verify", "--tenant", "other"]).exit_code == 0


def test_a_chain_written_anew_is_found_by_the_head_that_was_noted(
    tester: Tester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEAKCREW_DATABASE_URL", tester.database.url)
    number = tester.get("/v1/audit/head", "auditor").json()["number"]
    options = ["audit", "verify", "--tenant", "acme", "--noted"]
    done = CliRunner().invoke(app, [*options, f"{number}:{'0' * 64}"])
    assert (done.exit_code, "whose hash was noted" in done.stdout) == (1, True)
    for wrong in ("7", "x:y"):
        assert CliRunner().invoke(app, [*options, wrong]).exit_code == 2


def test_the_export_can_be_verified_without_us(
    tester: Tester, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hashlib

    make_site(tester)
    monkeypatch.setenv("PEAKCREW_DATABASE_URL", tester.database.url)
    done = CliRunner().invoke(app, ["audit", "export", "--tenant", "acme"])
    before = "0" * 64
    for line in done.stdout.splitlines():
        fields = json.loads(line)
        found = fields.pop("hash")
        assert fields["previous_hash"] == before
        kept = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
        fields["facts"] = json.dumps(fields["facts"], **kept)  # type: ignore[arg-type]
        text_hashed = json.dumps(fields, **kept)  # type: ignore[arg-type]
        before = hashlib.sha256(text_hashed.encode()).hexdigest()
        assert found == before
    assert before == tester.get("/v1/audit/head", "auditor").json()["hash"]


def test_entries_that_the_head_does_not_know_are_found(tester: Tester) -> None:
    with tester.database.engine.begin() as connection:
        connection.execute(
            text("UPDATE audit_heads SET number = 0, hash = :first WHERE tenant_id = :tenant"),
            {"first": "0" * 64, "tenant": tester.tenant_id},
        )
    with tester.database.snapshot() as session:
        found = verify(session, tester.tenant_id)
    assert found == Broken(tester.tenant_id, 1, "the head does not know of it")


def test_a_publication_tells_the_head(tester: Tester, capsys: pytest.CaptureFixture[str]) -> None:
    with tester.database.write() as session:
        session.add(
            WebhookEndpoint(
                tenant_id=tester.tenant_id, url="https://example.com/x", secret="whsec_x"
            )
        )
    path = make_version(tester, make_site(tester), [shift("W1", 0, 8)])
    bring_to(tester, path, "published")
    with tester.database.read() as session:
        event = session.scalars(select(OutboxEvent)).one()
    head = tester.get("/v1/audit/head", "auditor").json()
    told = (event.payload["audit_number"], event.payload["audit_hash"])
    assert told == (head["number"], head["hash"])
    assert head["hash"] in "".join(capsys.readouterr())


def test_how_long_an_approver_looked_is_kept(tester: Tester) -> None:
    path = make_version(tester, make_site(tester), [shift("W1", 0, 8)])
    bring_to(tester, path, "approved")
    entry = tester.get("/v1/audit?action=version.approve", "auditor").json()["items"][0]
    assert entry["facts"]["seconds_to_look"] >= 0
    assert entry["actor_kind"] == "human"


def test_filters_that_no_entry_can_meet(tester: Tester) -> None:
    early, late = "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"
    for query in ("subject=%00", "action=a%00b", f"from={early}", f"to={late}"):
        assert tester.get(f"/v1/audit?{query}", "auditor").status_code in (400, 422), query
