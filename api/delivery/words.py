"""What e-mails say, in the languages of the workers."""

from api.languages import Texts, in_language

WORDS: dict[str, Texts] = {
    "subject.schedule.published": {
        "de": "Ihre Schichten: es gibt einen neuen Plan",
        "en": "Your shifts: there is a new schedule",
        "sv": "Dina pass: det finns ett nytt schema",
    },
    "subject.schedule.withdrawn": {
        "de": "Ihre Schichten: ein Plan wurde zurückgezogen",
        "en": "Your shifts: a schedule was withdrawn",
        "sv": "Dina pass: ett schema har dragits tillbaka",
    },
    "subject.offer.made": {
        "de": "Eine kurzfristige Änderung: bitte antworten Sie",
        "en": "A change at short notice: please answer",
        "sv": "En ändring med kort varsel: svara gärna",
    },
    "subject.review.decided": {
        "de": "Ihre Bitte um Überprüfung wurde beantwortet",
        "en": "Your request for a review was answered",
        "sv": "Din begäran om omprövning har besvarats",
    },
    "review.decided": {
        "de": "Eine Person hat Ihre Bitte um Überprüfung beantwortet. Die Antwort mit Begründung "
        "finden Sie dort, wo Sie sie gestellt haben.",
        "en": "A person has answered your request for a review. You find the answer and its "
        "reasons where you made the request.",
        "sv": "En person har besvarat din begäran om omprövning. Svaret med motivering finns där "
        "du gjorde begäran.",
    },
    "hello": {"de": "Guten Tag {name},", "en": "Hello {name},", "sv": "Hej {name},"},
    "next": {
        "de": "Das sind Ihre nächsten Schichten:",
        "en": "These are your next shifts:",
        "sv": "Det här är dina nästa pass:",
    },
    "none": {
        "de": "Sie haben zurzeit keine Schichten.",
        "en": "You have no shifts at present.",
        "sv": "Du har för närvarande inga pass.",
    },
    "cancelled": {"de": "ENTFÄLLT", "en": "CANCELLED", "sv": "INSTÄLLT"},
    "offers": {
        "de": "Diese Änderungen kommen nach der Ankündigungsfrist. Sie gelten nur, wenn Sie "
        "zustimmen:",
        "en": "These changes come after the notice deadline. They hold only if you accept them:",
        "sv": "De här ändringarna kommer efter varseltiden. De gäller bara om du godkänner dem:",
    },
    "offer.added": {"de": "zusätzlich", "en": "additional", "sv": "extra"},
    "offer.dropped": {"de": "entfällt", "en": "would be cancelled", "sv": "skulle ställas in"},
    "offer.moved": {"de": "verschoben auf", "en": "moved to", "sv": "flyttas till"},
    "until": {"de": "Antwort bis {at}", "en": "answer until {at}", "sv": "svara senast {at}"},
    "times": {
        "de": "Alle Zeiten: {zone}.",
        "en": "All times: {zone}.",
        "sv": "Alla tider: {zone}.",
    },
}


def say(key: str, language: str, **values: str) -> str:
    """A text; English where the language is none of ours."""
    return in_language(WORDS[key], language).format(**values)
