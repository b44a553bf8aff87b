"""The languages of the workers, and texts in them."""

from collections.abc import Mapping
from typing import Literal

Language = Literal["de", "en", "sv"]
LANGUAGES: tuple[Language, ...] = ("de", "en", "sv")
Texts = Mapping[Language, str]


def in_language(texts: Texts, language: str) -> str:
    """One of the texts; English where the language is none of ours."""
    chosen: Language = language if language in LANGUAGES else "en"
    return texts[chosen]
