"""The settings of `[providers.<name>]` for an account at Telnyx."""

from attrs import field, frozen

from smsgate import Settings, fits_header

__all__ = ["TelnyxSettings"]


@frozen(kw_only=True)
class TelnyxSettings(Settings):
    """One Telnyx account."""

    base_url: str = "https://api.telnyx.com/v2"
    api_key: str = field(validator=fits_header, repr=False)
    """An API v2 key of the portal."""
    messaging_profile_id: str | None = None
    """The profile for messages without a sender (its number pool) and with an alphanumeric one; numbers have theirs."""
    public_key: str | None = None
    """The account's public key, by which webhooks are verified; without it they are read as unsigned calls."""
