"""What all documents of the API share."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

# Printable, without leading or trailing blanks; no NUL, which PostgreSQL cannot keep.
Text = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]
LongText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=r"^[^\x00]+$"),
]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z]+_[0-9a-f]{24}$")]
Instant = AwareDatetime
Amount = Annotated[float, Field(allow_inf_nan=False)]


class Document(BaseModel):
    """What the service answers."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class Request(BaseModel):
    """What a client sends: unknown fields, and values of another type, are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, str_max_length=10_000
    )
