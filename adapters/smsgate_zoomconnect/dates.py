"""The vendor's dates: a format of its own for each field, and no zone in any of them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from smsgate import fields
from smsgate_zoomconnect.settings import ZoomConnectSettings

__all__ = ["filter_day", "filter_day_of", "moment_of", "read_digits", "send_date"]

_DIGITS = {12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_MILLISECONDS = re.compile(r"-?[0-9]{1,14}")


def send_date(moment: datetime, settings: ZoomConnectSettings) -> str:
    """Write a `dateToSend`, at the minute or the next one: no text goes out before its time."""
    whole = moment.replace(second=0, microsecond=0)
    if whole < moment:
        whole += timedelta(minutes=1)
    local = whole.astimezone(ZoneInfo(settings.time_zone))
    return local.isoformat() if settings.date_format == "iso8601" else local.strftime("%Y%m%d%H%M")


def filter_day(day: date) -> str:
    """Write a day as `messages/all` filters by it (swagger: yyyyMMdd)."""
    return f"{day:%Y%m%d}"


def filter_day_of(moment: datetime, settings: ZoomConnectSettings) -> date:
    """Return the day from which a moment's messages are listed: its day in the account's zone, or in UTC if earlier.

    That the vendor's filters go by the account's zone is PRESUMED; so none is missed if they go by UTC.
    """
    return min(moment.astimezone(ZoneInfo(settings.time_zone)).date(), moment.astimezone(UTC).date())


def moment_of(value: object, settings: ZoomConnectSettings) -> datetime | None:
    """Read ISO 8601, yyyyMMddHHmm[ss] or milliseconds since 1970; None where it is none of them.

    The swagger says `date-time` and no answer was seen: all three are PRESUMED, and the answer is kept as `raw`.
    """
    text = str(value)
    if text.isdigit() and len(text) in _DIGITS:
        return read_digits(text, settings)
    if not _MILLISECONDS.fullmatch(text):
        return fields.read_moment(text, ZoneInfo(settings.time_zone))
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    return None


def read_digits(text: str | None, settings: ZoomConnectSettings) -> datetime | None:
    """Read yyyyMMddHHmm or yyyyMMddHHmmss, as webhooks have it; None for anything else."""
    if not (text and text.isascii() and text.isdigit() and len(text) in _DIGITS):
        return None
    with suppress(ValueError, OverflowError):
        local = datetime.strptime(text, _DIGITS[len(text)])  # noqa: DTZ007 - the zone is the account's
        return local.replace(tzinfo=ZoneInfo(settings.time_zone)).astimezone(UTC)
    return None
