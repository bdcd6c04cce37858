"""One Salesmsg account: which of its versions, inboxes and numbers to use, and how."""

from __future__ import annotations

from collections.abc import Callable

from attrs import Attribute, Factory, field, frozen
from attrs.validators import optional

from smsgate_salesmsg.oauth import TokenSettings

__all__ = ["SalesmsgSettings"]

VERSIONS = ("v2.2", "v2.3")


def _one_of(*words: str) -> Callable[[object, Attribute[str], str], None]:
    def check(_: object, attribute: Attribute[str], value: str) -> None:
        if value not in words:
            raise ValueError(f"{attribute.name} is {value!r}; it is one of: {', '.join(words)}")

    return check


def _positive(_: object, attribute: Attribute[int], value: int) -> None:
    if value <= 0:
        raise ValueError(f"{attribute.name} is {value}; the vendor's ids are 1 and above")


@frozen(kw_only=True)
class SalesmsgSettings(TokenSettings):
    """One Salesmsg account."""

    api_version: str = field(default="v2.2", validator=_one_of(*VERSIONS))
    """The version of the vendor's API: "v2.2", which its guides describe, or "v2.3", which it publishes now."""
    base_url: str = Factory(lambda self: f"https://api.salesmessage.com/pub/{self.api_version}", takes_self=True)
    rate: str | None = "55/min"
    """Under the vendor's 60 a minute, over which it blocks everything for a minute (guide)."""
    team_id: int = field(validator=_positive)
    """The inbox to send from; the vendor's apps call it the inbox's id."""
    number_id: int | None = field(default=None, validator=optional(_positive))
    """The number to send from; without it the vendor takes the inbox's own."""
    send_via: str = field(default="conversation", validator=_one_of("conversation", "number"))
    """"conversation": find the contact, open the conversation, send (documented; checks opt-outs first).

    "number": one call, which the vendor's guides do not have and its version 2.3 has.
    """
    params_in: str = field(validator=_one_of("json", "query"))
    """Where the fields of most writes go; by default "json" in v2.2 (guide), "query" in v2.3 (its API description)."""

    @params_in.default
    def _by_version(self) -> str:
        return "query" if self.api_version == "v2.3" else "json"
