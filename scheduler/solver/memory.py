"""How much memory processes hold."""

import os
import resource
import subprocess
import sys
from pathlib import Path

_PROC = Path("/proc")


def resident_mebibytes(pid: int) -> int:
    """Memory that a process holds now; 0 when it is gone."""
    try:
        if _PROC.is_dir():
            pages = int((_PROC / str(pid) / "statm").read_text().split()[1])
            return pages * os.sysconf("SC_PAGE_SIZE") // 2**20
        listed = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return int(listed.stdout or 0) // 1024
    except (OSError, IndexError, ValueError):
        return 0


def family_mebibytes(pid: int) -> int:
    """Memory that a process and those it has forked hold together, what they share counted once."""
    if not _PROC.is_dir():
        return resident_mebibytes(pid)
    try:
        return sum(map(_share_of_memory, [pid, *_forked_by(pid)])) // 1024
    except (OSError, ValueError, IndexError):
        return resident_mebibytes(pid)


def _forked_by(pid: int) -> list[int]:
    threads = (_PROC / str(pid) / "task").glob("*/children")
    return [int(one) for listed in threads for one in listed.read_text().split()]


def _share_of_memory(pid: int) -> int:
    """KiB of a process, pages that several processes share in equal parts."""
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except ProcessLookupError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def own_peak_mebibytes() -> int:
    """The most memory that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (2**20 if sys.platform == "darwin" else 2**10)
