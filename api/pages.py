"""Pages that work offline, in the report's own style."""

from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from scheduler.export import words


def rendered(package: str, template: str, **content: Any) -> str:
    """A page from a package's ``templates``; all text is escaped, nothing is loaded from afar.

    The page may include ``report.css``; its filters are ``hours`` and ``day``.
    """
    environment = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader(package, "templates"),
                PackageLoader("scheduler.export", "templates"),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"hours": words.hours, "day": words.short_day}
    return environment.get_template(template).render(**content)
