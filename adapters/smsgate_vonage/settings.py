"""One Vonage account: its key and secret, or an application's key, and the secret that signs its webhooks."""

from collections.abc import Mapping, Sequence

from attrs import Factory, field, frozen

from smsgate import Settings, fits_header

__all__ = ["VonageSettings"]

API = "https://api.nexmo.com"
ACCOUNT = "https://rest.nexmo.com"
"""Where the balance is (SPEC account); everything else is at `API`."""


@frozen(kw_only=True)
class VonageSettings(Settings):
    """One Vonage account, known by `api_key` and `api_secret`, by `application_id` and `private_key`, or by both."""

    base_url: str = API
    account_url: str = Factory(lambda self: ACCOUNT if self.base_url == API else self.base_url, takes_self=True)
    """The host of the balance; another `base_url` is taken for this, too."""
    rate: str | None = "30/s"
    """An API key's requests a second, unless the vendor agreed on more (DOC throughput)."""
    api_key: str | None = field(default=None, validator=fits_header)
    api_secret: str | None = field(default=None, validator=fits_header, repr=False)
    application_id: str | None = field(default=None, validator=fits_header)
    """The application in whose name messages are sent; its webhooks then apply, not the account's."""
    private_key: str | None = field(default=None, repr=False)
    """The application's private key: the text of its PEM file."""
    signature_secret: str | None = field(default=None, validator=fits_header, repr=False)
    """What signs the webhooks of the account; neither `api_secret` nor `private_key`."""

    @property
    def account_identity(self) -> Sequence[str]:
        """The key, which is the account's for good; the application where there is none."""
        return ("application_id",) if self.api_key is None else ("api_key",)

    @property
    def other_hosts(self) -> Mapping[str, str]:
        """The host of the balance."""
        return {"account_url": self.account_url}

    def __attrs_post_init__(self) -> None:
        """Refuse half of a pair of credentials, and none at all."""
        super().__attrs_post_init__()
        if (self.application_id is None) != (self.private_key is None):
            raise ValueError("must have application_id and private_key together")
        if (self.api_secret is None and self.private_key is None) or (self.api_secret and not self.api_key):
            raise ValueError("must have api_key and api_secret, or application_id and private_key, or all four")
