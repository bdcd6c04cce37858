"""What `[providers.<name>]` holds for a Salesbox account."""

from __future__ import annotations

from attrs import Attribute, field, frozen

from smsgate import Settings

__all__ = ["SalesboxSettings"]


def _filled(_: object, attribute: Attribute[str], value: str) -> None:
    if not value.strip() or not value.isascii() or not value.isprintable():
        raise ValueError(f"{attribute.name} is empty or has characters that an HTTP header cannot carry")


@frozen(kw_only=True)
class SalesboxSettings(Settings):
    """One Salesbox account."""

    base_url: str = "https://segmentai.salesbox.com.br/api"
    token: str = field(validator=_filled, repr=False)
    """An API token, made at Settings > API Tokens with the permissions it needs."""
    rate: str | None = "1000/h"
    """The slower of the two limits that the documentation gives: 1000 an hour here, 1000 a minute there."""
    campaigns_as_groups: bool = False
    """Whether campaigns stand for groups. A campaign may act on whoever is put into it, so this is yours to choose."""
