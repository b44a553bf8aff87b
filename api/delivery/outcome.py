"""How an attempt to deliver went."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """Delivered; or not, and whether another attempt makes sense."""

    is_delivered: bool
    error: str | None = None
    is_final: bool = False

    @classmethod
    def done(cls) -> "Outcome":
        """It arrived."""
        return cls(True)

    @classmethod
    def failed(cls, error: str) -> "Outcome":
        """It did not arrive this time."""
        return cls(False, error)

    @classmethod
    def refused(cls, error: str) -> "Outcome":
        """It will never arrive."""
        return cls(False, error, is_final=True)
