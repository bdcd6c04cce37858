"""The settings of `[providers.<name>]` for an account at BulkSMS."""

from attrs import field, frozen
from attrs.validators import ge, le

from smsgate import Settings, fits_header

__all__ = ["BulkSmsSettings"]


@frozen(kw_only=True)
class BulkSmsSettings(Settings):
    """One BulkSMS account."""

    base_url: str = "https://api.bulksms.com/v1"
    token_id: str = field(validator=fits_header)
    """The id of an API token, or the account's user name."""
    token_secret: str = field(validator=fits_header, repr=False)
    """The secret of the API token, or the account's password."""
    bulk_size: int = field(default=100, validator=[ge(1), le(1_000)])
    """Messages in one call, 1 to 1,000; the vendor advises 4,000 at most, and takes 30,000 (SPEC)."""
