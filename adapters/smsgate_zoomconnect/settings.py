"""The settings of `[providers.<name>]` for an account at Zoom Connect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import Attribute, field, frozen

from smsgate import Settings, fits_header, one_of

__all__ = ["ZoomConnectSettings"]


def _zone(_: object, attribute: Attribute[str], value: str) -> None:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{attribute.name} must be a time zone such as 'Africa/Johannesburg', got {value!r}") from None


def _count(_: object, attribute: Attribute[Any], value: int | None) -> None:
    if value is not None and not 1 <= value <= 1000:
        raise ValueError(f"{attribute.name} must be 1 to 1,000, got {value:,}")


@frozen(kw_only=True)
class ZoomConnectSettings(Settings):
    """One Zoom Connect account."""

    base_url: str = "https://www.zoomconnect.com/app/api/rest/v1"
    email: str = field(validator=fits_header)
    """The account's e-mail address."""
    token: str = field(validator=fits_header, repr=False)
    """The REST API token of the Developer Settings page (not the URL-sending token)."""
    time_zone: str = field(default="Africa/Johannesburg", validator=_zone)
    """The zone of the vendor's dates: SAST by its webhooks; for `dateToSend` PRESUMED."""
    date_format: str = field(default="yyyyMMddHHmm", validator=one_of("yyyyMMddHHmm", "iso8601"))
    """How `dateToSend` is written: "yyyyMMddHHmm", as the swagger has it for URLs (for JSON PRESUMED), or "iso8601"."""
    bulk_size: int = field(default=10, validator=_count)
    """Messages in one `sms/send-bulk`, 1 to 1,000: as many end unknown when its answer is lost. No limit is known."""
    messages_per_minute: int | None = field(default=None, validator=_count)
    """How fast the vendor is to send the messages of one `sms/send-bulk`, 1 to 1,000; None leaves it to the vendor."""

    @property
    def account_identity(self) -> Sequence[str]:
        """The e-mail address."""
        return ("email",)
