"""The settings of `[providers.<name>]` for an account at Twilio."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from attrs import Attribute, Factory, field, frozen
from attrs.validators import optional

from smsgate import Settings, fits_header

__all__ = ["TwilioSettings"]


def _sid(_: object, attribute: Attribute[str], value: str) -> None:
    prefix = "SK" if attribute.name == "key_sid" else "AC"
    if not re.fullmatch(f"{prefix}[0-9a-fA-F]{{32}}", value):
        raise ValueError(f"{attribute.name} must be {prefix} and 32 hexadecimal digits, got {value[:40]!r}")


def _pricing_url(base_url: str) -> str:
    """Return https://pricing.dublin.ie1.twilio.com for https://api.dublin.ie1.twilio.com/2010-04-01/.. (SDK)."""
    return base_url.partition("/2010-04-01")[0].replace("://api.", "://pricing.", 1)


@frozen(kw_only=True)
class TwilioSettings(Settings):
    """One Twilio account or subaccount, known by `auth_token`, or by `key_sid` and `key_secret`."""

    account_sid: str = field(validator=_sid)
    """The account whose messages these are, also where the credentials are an API key's."""
    base_url: str = Factory(lambda it: f"https://api.twilio.com/2010-04-01/Accounts/{it.account_sid}", takes_self=True)
    """With the account's path; edges and regions have hosts of their own (SDK)."""
    pricing_url: str = Factory(lambda it: _pricing_url(it.base_url), takes_self=True)
    """The host of the prices; that of the edge or region of `base_url` (SDK)."""
    auth_token: str | None = field(default=None, validator=optional(fits_header), repr=False)
    """The account's primary token. It signs the calls to the webhook, so it is needed for that beside an API key."""
    secondary_token: str | None = field(default=None, validator=optional(fits_header), repr=False)
    """The account's other token, while the two are changed: what either of them signed is believed."""
    key_sid: str | None = field(default=None, validator=optional(_sid))
    """An API key, which requests then use in place of the auth token."""
    key_secret: str | None = field(default=None, validator=optional(fits_header), repr=False)
    """The API key's secret."""

    @property
    def account_identity(self) -> Sequence[str]:
        """The account's SID: an API key may be replaced."""
        return ("account_sid",)

    @property
    def other_hosts(self) -> Mapping[str, str]:
        """The host of the prices."""
        return {"pricing_url": self.pricing_url}

    def __attrs_post_init__(self) -> None:
        """Refuse an account without whole credentials."""
        super().__attrs_post_init__()
        if (self.key_sid is None) != (self.key_secret is None):
            raise ValueError("must have key_sid and key_secret together")
        if self.auth_token is None and self.key_sid is None:
            raise ValueError("must have auth_token, or key_sid and key_secret (an API key)")
