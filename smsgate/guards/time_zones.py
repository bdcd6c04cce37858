"""The time zones that a phone number may be in."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

from smsgate.model.errors import ConfigError

__all__ = ["zones_of"]

MOST_REMEMBERED = 1_024
"""Numbers, and country codes, whose zones are remembered."""
_UNKNOWN = "Etc/Unknown"


@lru_cache(maxsize=MOST_REMEMBERED)
def zones_of(number: str) -> tuple[ZoneInfo, ...]:
    """Return every zone that an E.164 number may be in, by `phonenumbers`; none for a number of no country.

    Where nothing is known of a number itself, those are all zones of its country code. A mobile phone may be anywhere
    else, which no number tells. Raises `ConfigError` where this machine does not know a zone's rules.
    """
    from phonenumbers.timezone import time_zones_for_number  # noqa: PLC0415 - a quarter of a second, for these alone

    parsed = phonenumbers.parse(number)
    names = time_zones_for_number(parsed)
    if _UNKNOWN in names:
        names = _zones_of_country(parsed.country_code or 0)
    return tuple(map(_zone, names))


@lru_cache(maxsize=MOST_REMEMBERED)
def _zones_of_country(code: int) -> tuple[str, ...]:
    from phonenumbers.tzdata import TIMEZONE_DATA  # noqa: PLC0415 - as above

    found = {name for prefix, names in TIMEZONE_DATA.items() if prefix.startswith(str(code)) for name in names}
    return tuple(sorted(found - {_UNKNOWN}))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise ConfigError(f"the time zone {name!r} is not known on this machine; install the package tzdata") from None
