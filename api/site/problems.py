"""What is wrong with a site folder: collected, placed and printed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class InputProblem:
    """One thing to mend; line and column count from 1, in lines and characters of the file.

    ``line`` is None when the whole file is meant, ``column`` when the whole line is.
    """

    file: str
    line: int | None
    column: int | None
    message: str

    def __str__(self) -> str:
        place = [self.file, self.line, self.column]
        return ":".join(str(part) for part in place if part is not None) + f": {self.message}"


class SiteInvalid(Exception):
    """The folder cannot be planned; ``problems`` holds everything found, not the first only."""

    def __init__(self, problems: Iterable[InputProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(problem_lines(self.problems))


@dataclass(frozen=True, slots=True)
class Findings:
    """What reading a folder brings to light: problems stop the plan, notes do not."""

    problems: list[InputProblem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(
        self, file: str, message: str, line: int | None = None, column: int | None = None
    ) -> None:
        """Collect a problem."""
        self.problems.append(InputProblem(file, line, column, message))

    def note(self, file: str, text: str) -> None:
        """Collect a treatment worth telling."""
        self.notes.append(f"{file}: {text}")


def problem_lines(problems: Iterable[InputProblem], per_file: int = 50) -> list[str]:
    """The problems as a person reads them: ``per_file`` lines of each file, then a count."""
    lines: list[str] = []
    seen: Counter[str] = Counter()
    for problem in problems:
        seen[problem.file] += 1
        if seen[problem.file] <= per_file:
            lines.append(str(problem))
    lines += [f"{file}: and {n - per_file} more" for file, n in seen.items() if n > per_file]
    return lines


def shown(value: object) -> str:
    """A value as a message may quote it: short, and without characters that move the terminal."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    short = value[:SHOWN_CHARACTERS] + ("..." if len(value) > SHOWN_CHARACTERS else "")
    printable = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in short)
    return '"' + "".join(printable) + '"'


def listed(items: Iterable[str], most: int = 12) -> str:
    """Names joined for a message; a long list is cut with a count."""
    names = [item if item.isprintable() else shown(item) for item in items]
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest
