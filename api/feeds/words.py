"""What feeds and lists say, in the languages of the workers."""

from api.languages import Texts, in_language

WORDS: dict[str, Texts] = {
    "shifts": {"de": "Schichten", "en": "Shifts", "sv": "Arbetspass"},
    "shifts_of": {
        "de": "Schichten von {name}",
        "en": "Shifts of {name}",
        "sv": "Arbetspass för {name}",
    },
    "shift": {"de": "Schicht", "en": "Shift", "sv": "Pass"},
    "cancelled": {"de": "ENTFÄLLT", "en": "CANCELLED", "sv": "INSTÄLLT"},
    "day": {"de": "Tag", "en": "Day", "sv": "Dag"},
    "start": {"de": "Beginn", "en": "Start", "sv": "Start"},
    "end": {"de": "Ende", "en": "End", "sv": "Slut"},
    "hours": {"de": "Stunden", "en": "Hours", "sv": "Timmar"},
    "queue": {"de": "Aufgabe", "en": "Queue", "sv": "Kö"},
    "state": {"de": "Stand", "en": "Status", "sv": "Status"},
    "confirmed": {"de": "gilt", "en": "confirmed", "sv": "gäller"},
    "total": {"de": "Zusammen", "en": "Total", "sv": "Summa"},
    "week": {"de": "Woche {number}", "en": "Week {number}", "sv": "Vecka {number}"},
    "none": {
        "de": "Zurzeit sind keine Schichten eingetragen.",
        "en": "There are no shifts at present.",
        "sv": "Det finns inga pass just nu.",
    },
    "times": {
        "de": "Alle Zeiten: {zone}. Stand: {at}.",
        "en": "All times: {zone}. As of {at}.",
        "sv": "Alla tider: {zone}. Läget {at}.",
    },
}


def say(key: str, language: str, **values: str) -> str:
    """A text; English where the language is none of ours."""
    return in_language(WORDS[key], language).format(**values)
