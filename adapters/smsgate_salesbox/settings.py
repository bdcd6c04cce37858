"""The settings of `[providers.<name>]` for a Salesbox account."""

from __future__ import annotations

from attrs import field, frozen

from smsgate import Settings, fits_header

__all__ = ["SalesboxSettings"]


@frozen(kw_only=True)
class SalesboxSettings(Settings):
    """One Salesbox account."""

    base_url: str = "https://segmentai.salesbox.com.br/api"
    token: str = field(validator=fits_header, repr=False)
    """An API token, made at Settings > API Tokens with the permissions it needs."""
    rate: str | None = "1000/h"
    """The slower of the two limits that the documentation gives: 1000 an hour here, 1000 a minute there."""
    campaigns_as_groups: bool = False
    """Whether campaigns serve as groups. A campaign may act on the contacts in it, so this is yours to choose."""
