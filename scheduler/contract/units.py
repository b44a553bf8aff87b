"""Amounts, clock times and fingerprints between the files and the program."""

import hashlib
from decimal import ROUND_HALF_UP, Decimal


def cents(amount: float) -> int:
    """Cents of an amount in the currency's unit, rounded half up on its decimal text."""
    return int((Decimal(str(amount)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def amount(value: int) -> float:
    """Amount in the currency's unit of integer cents."""
    return value / 100


def wall_minutes(clock: str) -> int:
    """Minute of the day of "HH:MM"; "24:00" is 1440."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def clock(minutes: int) -> str:
    """Wall-clock text HH:MM of a minute of the day."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def sha256(text: str) -> str:
    """Fingerprint of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
