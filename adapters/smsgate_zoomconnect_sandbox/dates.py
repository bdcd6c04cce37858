"""The vendor's clock is South African (UTC+2, no summer time), and the date format differs by field."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

from smsgate_zoomconnect_sandbox.answers import Refusal

SAST = timezone(timedelta(hours=2), "SAST")

_YEARS = range(1970, 9999)  # a day more or less must still be a date
_FORMATS = {
    "yyyyMMddHHmm": (re.compile(r"[0-9]{12}"), "%Y%m%d%H%M"),
    "yyyyMMdd": (re.compile(r"[0-9]{8}"), "%Y%m%d"),
    "dd-MM-yyyy": (re.compile(r"[0-9]{2}-[0-9]{2}-[0-9]{4}"), "%d-%m-%Y"),
}


def read(name: str, value: str, pattern: str) -> datetime:
    """Return the time (UTC) that a field has in the documented format; anything else is a 400."""
    digits, directive = _FORMATS[pattern]
    if digits.fullmatch(value):
        with suppress(ValueError):
            moment = datetime.strptime(value, directive).replace(tzinfo=SAST)
            if moment.year in _YEARS:
                return moment.astimezone(UTC)
    raise Refusal(400, f"{name}: {value!r} is not a date in the format {pattern}")


def read_due(name: str, value: str) -> datetime:
    """Return the time (UTC) at which a text is due, in JSON: `yyyyMMddHHmm`, or ISO 8601.

    The Swagger description says `date-time`, and `yyyyMMddHHmm` for the URL parameter of the same name. That the vendor
    accepts both is PRESUMED, and so is that a time without a zone is South African.
    """
    with suppress(ValueError, OverflowError):
        if "T" in value:
            moment = datetime.fromisoformat(value)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=SAST)
            if moment.year in _YEARS:
                return moment.astimezone(UTC)
    return read(name, value, "yyyyMMddHHmm")


def shown(moment: datetime | None) -> str | None:
    """Write a time as answers do: the vendor's schema says `date-time`, which is ISO 8601."""
    return moment.astimezone(SAST).isoformat(timespec="seconds") if moment else None
