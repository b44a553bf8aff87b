"""Public holidays where a worker works: of his own region where it is known, else of the site's."""

import re
from datetime import date
from functools import lru_cache

_REGION = re.compile(r"[-_ ]")


def holidays_of(country: str, region: str | None, worker_region: str, year: int) -> frozenset[date]:
    """The official holidays of a year; "DE-BY-rural" is Bavaria, "BY" too on a German site."""
    return _official(country, _subdivision(country, worker_region) or region, year)


@lru_cache(maxsize=1024)
def _subdivision(country: str, region: str) -> str | None:
    """The part of a region's name that is a subdivision of the country, if there is one."""
    import holidays  # the tables take a while to load, and not every command needs them

    parts = _REGION.split(region)
    if len(parts) > 1 and len(parts[0]) == 2 and parts[0] != country:
        return None  # another country's: what is known of it is too little
    known = holidays.country_holidays(country).subdivisions
    return next((part for part in parts if part in known), None)


@lru_cache(maxsize=1024)
def _official(country: str, region: str | None, year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays(country, subdiv=region, years=year))
