"""People who can do nothing, and work that nobody can do: planned around, but told."""

from api.site.config import SiteConfig
from api.site.problems import Findings, listed
from api.site.site import WorkerRow
from scheduler.shift_template import PAY_IN_FULL

_FILE, _CONFIG = "workers.csv", "site.toml"


def note_idle(workers: tuple[WorkerRow, ...], config: SiteConfig, findings: Findings) -> None:
    """Note workers without a skill, without a time or without a time long enough for any shift
    template, skills that a queue needs and nobody has, and queues that no template serves."""
    shortest = min(template.minutes for template in config.shift_templates)
    idle = {
        "have no skill": [w.id for w in workers if not w.skills],
        "have no availability": [w.id for w in workers if not w.availability],
        f"have no window of {shortest} minutes, the shortest shift": [
            w.id
            for w in workers
            if w.availability and all(s.end - s.start < shortest for s in w.availability)
        ],
    }
    for what, ids in idle.items():
        if ids:
            findings.note(_FILE, f"{len(ids)} of {len(workers)} workers {what}: {listed(ids)}")
    offered = {skill for worker in workers for skill in worker.skills}
    for queue in config.queues:
        if queue.skill not in offered:
            findings.note(_FILE, f"nobody has the skill {queue.skill}, which {queue.id} needs")
    _note_unserved(config, findings)


def _note_unserved(config: SiteConfig, findings: Findings) -> None:
    for queue in config.queues:
        pays = [
            one.pay_percent
            for one in config.shift_templates
            if one.queues is None or queue.id in one.queues
        ]
        if not pays:
            findings.note(_CONFIG, f"no shift template serves {queue.id}")
        elif max(pays) < PAY_IN_FULL:
            text = f"only standby (pay_percent below {PAY_IN_FULL}) serves {queue.id}"
            findings.note(_CONFIG, f"{text}: who is missing there counts as no_shows")
