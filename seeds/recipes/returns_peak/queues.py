"""The queues of ``returns_peak``: how much comes, how long it takes, what is promised."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """One queue: contacts of an ordinary week, handling, promise, and the price of a gap.

    ``aht_seconds`` of a chat lists the handle time at 1, 2, ... chats at once. ``resolved`` is
    the share of offered chats that the bot's newer version resolves; None where the bot is kept
    out. ``bounced`` is the share that comes back to a human later.
    """

    id: str
    skill: str
    work: str
    contacts_per_week: int
    aht_seconds: tuple[int, ...]
    understaffing_cost: int
    resolved: float | None = None
    bounced: float = 0.0

    @property
    def category(self) -> str:
        """First part of the id."""
        return self.id.split("|")[0]

    @property
    def language(self) -> str:
        """Second part of the id."""
        return self.id.split("|")[1]


ROUTINE = (300, 345, 405)
ACCOUNT = (260, 300, 350)
REFUND = (420, 480, 560)
COMPLAINT = (600, 690, 810)
FRAUD = (720, 840)

QUEUES = (
    QueueFigures("payment|de|chat", "routine-de-chat", "chat", 16400, ROUTINE, 55, 0.76, 0.07),
    QueueFigures("payment|en|chat", "routine-en-chat", "chat", 6200, ROUTINE, 55, 0.78, 0.07),
    QueueFigures("payment|sv|chat", "routine-sv-chat", "chat", 3900, ROUTINE, 55, 0.75, 0.08),
    QueueFigures("account|de|chat", "routine-de-chat", "chat", 7600, ACCOUNT, 50, 0.82, 0.05),
    QueueFigures("refund|de|chat", "refund-de-chat", "chat", 11600, REFUND, 60, 0.60, 0.10),
    QueueFigures("refund|en|chat", "refund-en-chat", "chat", 5200, REFUND, 60, 0.61, 0.10),
    QueueFigures("refund|sv|chat", "refund-sv-chat", "chat", 3600, REFUND, 60, 0.58, 0.11),
    QueueFigures("complaint|de|chat", "complaint-de-chat", "chat", 9000, COMPLAINT, 75, 0.25, 0.15),
    QueueFigures("fraud|en|chat", "fraud-en-chat", "chat", 1000, FRAUD, 95),
    QueueFigures("refund|de|voice", "refund-de-voice", "live", 2800, (330,), 70),
    QueueFigures("refund|sv|voice", "refund-sv-voice", "live", 1150, (340,), 70),
    QueueFigures("refund|en|mail", "refund-en-mail", "deferrable", 1500, (400,), 48),
)

# People answer mail in office hours; it arrives at any time.
MAIL_HOURS = (
    "{ "
    + ", ".join(f'{day} = ["08:00-20:00"]' for day in ("mon", "tue", "wed", "thu", "fri", "sat"))
    + ", sun = [], holidays = [] }"
)


def queue_toml(queue: QueueFigures) -> str:
    """The ``[[queues]]`` table of a queue."""
    lines = ["[[queues]]", f'id = "{queue.id}"', f'skill = "{queue.skill}"']
    lines.append(f'work = "{queue.work}"')
    match queue.work:
        case "chat":
            lines += [
                f"aht_seconds = {list(queue.aht_seconds)}",
                f"concurrency = {len(queue.aht_seconds)}",
                "patience_seconds = 240",
                "service_level = 0.8",
                "threshold_seconds = 60",
            ]
        case "live":
            lines += [
                f"aht_seconds = {queue.aht_seconds[0]}",
                "patience_seconds = 180",
                "service_level = 0.8",
                "threshold_seconds = 20",
            ]
        case _:
            lines += [f"aht_seconds = {queue.aht_seconds[0]}", "deadline_hours = 24"]
            lines.append(f"opening_hours = {MAIL_HOURS}")
    lines.append(f"understaffing_cost_per_hour = {queue.understaffing_cost}")
    return "\n".join(lines)
