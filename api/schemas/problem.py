"""RFC 9457: what went wrong, for programs and for people."""

from pydantic import Field

from api.schemas.base import Document


class FieldProblem(Document):
    """One thing that is wrong, and where: a JSON pointer, or a file with line and column."""

    message: str
    pointer: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    code: str | None = None


class ProblemDocument(Document):
    """The body of every answer that is an error (``application/problem+json``)."""

    type: str = Field(examples=["/problems/not_found"])
    title: str
    status: int = Field(examples=[404])
    code: str = Field(examples=["not_found"])
    detail: str
    instance: str
    request_id: str | None = None
    errors: tuple[FieldProblem, ...] = ()
    allowed: list[str] | None = None
