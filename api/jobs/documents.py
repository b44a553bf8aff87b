"""A job as the API tells it."""

from typing import Any

from api.schemas.jobs import JobDocument
from api.storage.tables import Job
from scheduler.contract.units import amount

_AMOUNTS = ("objective", "bound")


def job_document(job: Job) -> JobDocument:
    """All that a client may know of a job; cents become amounts."""
    names = JobDocument.model_fields
    fields: dict[str, Any] = {name: getattr(job, name) for name in names}
    fields["incumbent"] = None if job.incumbent is None else amount(job.incumbent)
    fields["bound"] = None if job.bound is None else amount(job.bound)
    if job.result is not None:
        in_units = {
            name: amount(value) if name in _AMOUNTS else value for name, value in job.result.items()
        }
        fields["result"] = in_units
    return JobDocument.model_construct(**fields)


def location(job: Job) -> dict[str, str]:
    """Headers of the answer that accepts a job."""
    return {"Location": f"/v1/jobs/{job.id}", "Retry_After": "2"}
