"""People who can do nothing, and work that nobody can do: planned around, but told."""

from api.site.config import SiteConfig
from api.site.problems import Findings, listed
from api.site.site import WorkerRow

_FILE = "workers.csv"


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
        templates = [one.queues for one in config.shift_templates]
        if not any(names is None or queue.id in names for names in templates):
            findings.note("site.toml", f"no shift template serves {queue.id}")
