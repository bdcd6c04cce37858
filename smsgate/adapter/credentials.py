"""Credentials that expire, as a vendor's adapter speaks of them; `smsgate.transport.renewal` does the rest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import ClassVar

from smsgate.adapter.authorization import Authorization
from smsgate.adapter.driver import Conversation
from smsgate.adapter.request import Answer, Request
from smsgate.adapter.token import Token, TokenStore

__all__ = ["AuthorisesByCode", "RenewsCredentials"]


class RenewsCredentials(ABC):
    """The account's token expires, and the vendor gives a new one for the old.

    smsgate keeps the token, and renews it once for all threads and processes that share its store. The new one is
    durable before it is used. It repeats a request that the vendor refused for its token, once. `headers` stays what
    goes with every request whatever the token is.
    """

    reauthorise: ClassVar[str] = "put a new token into the settings"
    """What a person has to do when the token can no longer be renewed; it ends an `AuthenticationError`."""
    renew_ahead: ClassVar[timedelta] = timedelta(minutes=1)
    """How long before its end a token is renewed, at most half of its life; longer where a dead one cannot be."""

    @abstractmethod
    def token_store(self) -> TokenStore:
        """Return where the settings have the token kept: ``open_token_store(self.settings.token_store, account)``."""

    @abstractmethod
    def first_token(self) -> Token | None:
        """Return the token of the settings, or None where only the store has one.

        Another token here than the one that the store's descends from begins anew with this one.
        """

    @abstractmethod
    def token_headers(self, token: Token) -> Mapping[str, str]:
        """Return the headers that show a token to the vendor."""

    @abstractmethod
    def renewal(self, token: Token) -> Conversation[Token]:
        """Ask for a token's successor; a refresh token that the vendor does not replace may be left out.

        Its requests have `headers` and their own: ``Request(..., headers=self.token_headers(token))``
        where the old token is to be shown. Each counts as ``Effect.SENDS``: a lost answer may have used up the token.
        """

    def token_refused(self, request: Request, answer: Answer) -> bool:  # noqa: ARG002 - for the vendor's own
        """Whether an answer outside 2xx is the vendor's word that it did nothing because of the token."""
        return answer.status == HTTPStatus.UNAUTHORIZED


class AuthorisesByCode(RenewsCredentials):
    """A person can let smsgate in at the vendor's web page; ``smsgate <adapter> login`` takes them there and back."""

    @abstractmethod
    def authorization(self, redirect_uri: str) -> Authorization:
        """Begin a try to be let in; raise `ConfigError` naming the settings that it takes and that are missing."""

    @abstractmethod
    def exchange(self, authorization: Authorization, code: str) -> Conversation[Token]:
        """Exchange a code for its token; its requests are as those of `renewal`."""
