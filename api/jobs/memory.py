"""How much memory a job holds: its process and all that it started, the solver too."""

from pathlib import Path

PROC = Path("/proc")


def is_over(pid: int, limit: int) -> bool:
    """Whether a process and its descendants hold more than ``limit`` MiB.

    What they alone hold is quickly asked; pages that they share are counted once only when it
    matters. Where there is no ``/proc``, nothing is measured.
    """
    family = _family(pid)
    return _mebibytes(family, "status", "RssAnon:") > limit and (
        _mebibytes(family, "smaps_rollup", "Pss:") > limit
    )


def _family(pid: int) -> list[int]:
    """A process and its descendants."""
    listed = (_text(path) for path in (PROC / str(pid) / "task").glob("*/children"))
    children = [int(one) for text in listed for one in text.split()]
    return [pid, *(one for child in children for one in _family(child))]


def _mebibytes(pids: list[int], name: str, label: str) -> int:
    lines = (line for pid in pids for line in _text(PROC / str(pid) / name).splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith(label)) // 1024


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""  # it has just ended
