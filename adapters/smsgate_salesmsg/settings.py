"""One Salesmsg account: how it is known to the vendor, and which of its versions, inboxes and numbers to use."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import Attribute, Factory, field, frozen
from attrs.validators import optional

from smsgate import Settings, fits_header, fits_store, one_of, shown_store

__all__ = ["SalesmsgSettings"]


def _positive(_: object, attribute: Attribute[int], value: int) -> None:
    if value <= 0:
        raise ValueError(f"{attribute.name} must be 1 or more, got {value}")


@frozen(kw_only=True)
class SalesmsgSettings(Settings):
    """One Salesmsg account, known by `token`, or by `client_id` and what belongs to it."""

    api_version: str = field(default="v2.2", validator=one_of("v2.2", "v2.3"))
    """The version of the vendor's API: "v2.2", which its guides describe, or "v2.3", which it publishes now."""
    base_url: str = Factory(lambda self: f"https://api.salesmessage.com/pub/{self.api_version}", takes_self=True)
    rate: str | None = "55/min"
    """Under the vendor's 60 a minute, over which it blocks everything for a minute (guide)."""
    team_id: int = field(validator=_positive)
    """The inbox to send from; the vendor's apps call it the inbox's id."""
    number_id: int | None = field(default=None, validator=optional(_positive))
    """The number to send from; without it the vendor takes the inbox's own."""
    send_via: str = field(default="conversation", validator=one_of("conversation", "number"))
    """"conversation": find the contact, open the conversation, send (documented; checks opt-outs first).

    "number": one call, which the vendor's guides do not have and its version 2.3 has.
    """
    params_in: str = field(validator=one_of("json", "query"))
    """Where the fields of most writes go; by default "json" in v2.2 (guide), "query" in v2.3 (its API description)."""
    token: str | None = field(default=None, validator=fits_header, repr=False)
    """A personal access token (PAT)."""
    client_id: str | None = field(default=None, validator=fits_header)
    """The OAuth application's."""
    client_secret: str | None = field(default=None, validator=fits_header, repr=False)
    refresh_token: str | None = field(default=None, validator=fits_header, repr=False)
    """The OAuth refresh token to begin with; ``smsgate salesmsg login`` gets one without it."""
    token_store: str | None = field(default=None, validator=fits_store, repr=shown_store)
    """A file to keep the token in that is renewed, or ``redis://host:6379/0`` for several hosts.

    Without it a restart begins with the token of the settings.
    """
    refresh_as: str = field(default="form", validator=one_of("form", "json"))
    """How OAuth's refresh is written: "form" (Postman collection, vendor's sample) or "json" (API page, article)."""
    scopes: tuple[str, ...] = ("public-api",)
    """What OAuth asks for; the default is the collection's, the help article has finer ones: "messages:write"."""
    authorize_url: str = "https://app.salesmessage.com/auth/oauth"
    """The page on which a person lets an application in (Postman collection)."""

    @params_in.default
    def _by_version(self) -> str:
        return "query" if self.newer else "json"

    @property
    def account_identity(self) -> Sequence[str]:
        """The inbox, whose id no other account has (PRESUMED): a PAT and an OAuth application may be replaced."""
        return ("team_id",)

    @property
    def newer(self) -> bool:
        """Whether it is version 2.3."""
        return self.api_version == "v2.3"

    def __attrs_post_init__(self) -> None:
        """Refuse what is neither a PAT nor an OAuth application, or both."""
        super().__attrs_post_init__()
        if (self.token is None) == (self.client_id is None):
            raise ValueError("must have either token (a PAT) or client_id and client_secret (OAuth)")
        if (self.client_id is None) != (self.client_secret is None):
            raise ValueError("must have client_id and client_secret together")
        if self.token is not None and self.refresh_token is not None:
            raise ValueError("must have no refresh_token beside token (a PAT); it belongs to client_id")
        if self.client_id is not None and self.refresh_token is None and self.token_store is None:
            raise ValueError("must have refresh_token, or token_store (a file or URL) and then: smsgate salesmsg login")
