"""Why a worker works what he works: from the reasons kept with a version, never invented anew."""

import json
import re
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.http.problems import Problem as Refusal
from api.http.problems import not_found
from api.inputs import blobs
from api.jobs.runner import RUN_FILES
from api.schemas.reasons import (
    NeedReasons,
    ReasonDocument,
    ShiftReasons,
    UncoveredReason,
    WhyDocument,
    WorkerReasons,
)
from api.storage.tables import Assignment, ScheduleVersion
from api.trace.reason_words import meaning
from scheduler.explain.codes import RULE_CODES

if TYPE_CHECKING:
    from scheduler.problem import Problem


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the reasons: in which language, and whether others may be named to him."""

    language: str
    is_worker: bool = False


def worker_reasons(
    session: Session, version: ScheduleVersion, worker_id: str, reader: Reader
) -> WorkerReasons:
    """All that is kept about a worker in a version.

    Raises Problem 404 for a version without reasons, or without this worker.
    """
    document = json.loads(_file(session, version, "reasons.json"))
    own = next((one for one in document["workers"] if one["worker"] == worker_id), None)
    if own is None:
        raise not_found("worker")
    others = {str(one["worker"]) for one in document["workers"]} - {worker_id}
    tell = _Teller(reader, others)
    return WorkerReasons(
        version_id=version.id,
        worker_id=worker_id,
        shifts=_shifts(session, version, worker_id, document, tell),
        uncovered=[
            UncoveredReason(code=code, meaning=meaning(code, reader.language), shifts=number)
            for code, number in own["uncovered_shifts"].items()
        ],
        nearest=_nearest(document, worker_id, tell),
        is_sample="sample" in document,
    )


def why(
    session: Session,
    version: ScheduleVersion,
    worker_id: str,
    start: datetime,
    queue: str | None,
    reader: Reader,
) -> WhyDocument:
    """Why a worker works a shift, or what stands against it, or what it would cost.

    Nothing is searched again. Raises Problem 404 for a worker whom the version does not know, 422
    for a shift that cannot exist.
    """
    files = {name: _file(session, version, name) for name in RUN_FILES}
    problem, found = _answered(files, worker_id, start, queue)
    tell = _Teller(reader, problem.worker_by_id.keys() - {worker_id})
    change = found.get("change", {})
    return WhyDocument(
        version_id=version.id,
        worker_id=worker_id,
        queue=found["queue"],
        start=datetime.fromisoformat(found["start"]),
        end=datetime.fromisoformat(found["end"]),
        is_assigned=found["is_assigned"],
        is_possible=found["is_possible"],
        reasons=tell.all(found["reasons"]),
        cost_change=change.get("cost"),
        cost_terms=change.get("terms", {}),
    )


def _answered(
    files: Mapping[str, bytes], worker_id: str, start: datetime, queue: str | None
) -> "tuple[Problem, dict[str, Any]]":
    """The problem that was asked about, and the answer as JSON."""
    from api.asking import answer_json, asked_shifts, read_asked
    from scheduler.errors import ProblemInvalid
    from scheduler.explain.answer import answer

    with tempfile.TemporaryDirectory(prefix="peakcrew-why-") as folder:
        for file, body in files.items():
            (Path(folder) / file).write_bytes(body)
        try:
            asked = read_asked(Path(folder) / "schedule.json")
            if worker_id not in asked.problem.worker_by_id:
                raise not_found("worker")
            shifts = asked_shifts(asked.problem, worker_id, start.isoformat(), queue, None)
        except ProblemInvalid as error:
            detail = str(error).replace(folder, "")
            raise Refusal(422, "question_invalid", detail) from error
        return asked.problem, answer_json(asked.problem, answer(asked.standing, shifts))


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells reasons to a reader; to a worker nothing about ``others``."""

    reader: Reader
    others: Collection[str]

    def all(self, reasons: list[Mapping[str, Any]]) -> list[ReasonDocument]:
        """The reasons in their order."""
        return [
            ReasonDocument(
                code=one["code"],
                severity=one["severity"],
                meaning=meaning(one["code"], self.reader.language),
                detail=self._detail(one),
            )
            for one in reasons
        ]

    def _detail(self, reason: Mapping[str, Any]) -> str | None:
        detail = str(reason["detail"])
        if not self.reader.is_worker:
            return detail
        # What speaks for a worker compares him with others; what a rule says is about him alone.
        is_own = reason["rule"] in RULE_CODES and not self._names_others(detail)
        return detail if is_own else None

    def _names_others(self, detail: str) -> bool:
        words = set(re.findall(r"[^\s,;:()'\"]+", detail))
        return any(one in words or (" " in one and one in detail) for one in self.others)


def _nearest(document: Mapping[str, Any], worker_id: str, tell: _Teller) -> list[NeedReasons]:
    return [
        NeedReasons(
            queue=need["queue"],
            start=datetime.fromisoformat(near["start"]),
            end=datetime.fromisoformat(near["end"]),
            reasons=tell.all(near["reasons"]),
        )
        for need in document["needs"]
        for near in need["nearest"]
        if near["worker"] == worker_id
    ]


def _shifts(
    session: Session,
    version: ScheduleVersion,
    worker_id: str,
    document: Mapping[str, Any],
    tell: _Teller,
) -> list[ShiftReasons]:
    told = {one["id"]: one for one in document["shifts"] if one["worker"] == worker_id}
    query = (
        select(Assignment)
        .where(Assignment.version_id == version.id, Assignment.worker_id == worker_id)
        .order_by(Assignment.start_at, Assignment.shift_id)
    )
    return [
        ShiftReasons(
            shift_id=row.shift_id,
            queue=row.queue,
            start=row.start_at,
            end=row.end_at,
            reasons=tell.all(told[row.shift_id]["reasons"]) if row.shift_id in told else [],
        )
        for row in session.scalars(query)
    ]


def _file(session: Session, version: ScheduleVersion, name: str) -> bytes:
    sha256 = version.files.get(name)
    if sha256 is None:
        raise not_found("file")
    return blobs.content(session, version.tenant_id, sha256)
