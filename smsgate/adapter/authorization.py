"""A person's permission, asked for at the vendor's web page (OAuth 2.0's authorization code, RFC 6749, 4.1)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from typing import NoReturn
from urllib.parse import parse_qs, urlencode, urlsplit

from attrs import field, frozen

from smsgate.model.errors import AuthenticationError

__all__ = ["Authorization"]


def _secret() -> str:
    return secrets.token_urlsafe(32)


@frozen(kw_only=True)
class Authorization:
    """One try to be let in, from the address that a person opens to the code that comes back.

    A browser that comes back with another `state` was sent by somebody else; a code that leaks is worth nothing without
    the `verifier` (PKCE, RFC 7636), at vendors that look at it.
    """

    page: str
    """The vendor's authorization page."""
    client_id: str
    redirect_uri: str
    """Where the vendor sends the person then; it must be registered there, to the letter."""
    scopes: Sequence[str] = ()
    state: str = field(factory=_secret, repr=False)
    verifier: str = field(factory=_secret, repr=False)

    @property
    def url(self) -> str:
        """The address to open."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            **({"scope": " ".join(self.scopes)} if self.scopes else {}),
            "state": self.state,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.page}?{urlencode(asked)}"

    @property
    def challenge(self) -> str:
        """What the vendor is shown of the verifier (RFC 7636, 4.2)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def sent(self, query: str) -> bool:
        """Whether who came back with this query was sent by this try: its state is ours."""
        state = parse_qs(query).get("state", [""])[0]
        return hmac.compare_digest(state.encode(), self.state.encode())

    def code_in(self, query: str) -> str:
        """Return the code in the query with which the vendor sent the person back.

        Raises `AuthenticationError` where it has none, an error, or not our state.
        """
        if not self.sent(query):
            raise AuthenticationError("the redirect's state does not match this login; begin the login again")
        came = {name: values[0] for name, values in parse_qs(query).items()}
        if "error" in came:
            said = came.get("error_description") or came["error"]
            raise AuthenticationError(f"the vendor refused the login: {said[:200]}")
        if "code" not in came:
            raise AuthenticationError("the vendor's page sent no code; begin the login again")
        return came["code"]

    def code_from(self, pasted: str) -> str:
        """Return the code in what a person pasted: the whole address they were sent to, its query, or the code."""
        pasted = pasted.strip()
        if "=" not in pasted:
            if not pasted:
                raise AuthenticationError("nothing was pasted; begin the login again")
            return pasted
        return self.code_in(urlsplit(pasted).query if "?" in pasted else pasted)

    def exchange_form(self, code: str) -> Mapping[str, str]:
        """Return what goes to the token endpoint for a code (RFC 6749, 4.1.3), but for the client's own secret."""
        return {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }

    def __reduce__(self) -> NoReturn:
        raise TypeError("an Authorization has secrets and cannot be pickled")
