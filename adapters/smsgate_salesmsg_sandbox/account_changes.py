"""What a test can change in the account: `Sandbox.change_account`, or `/_sandbox/steer` from another process."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from attrs import frozen

from smsgate_salesmsg_sandbox import codes, numbers, times
from smsgate_salesmsg_sandbox.service import Service
from smsgate_salesmsg_sandbox.tokens import EVERY_SCOPE


@frozen
class AccountChanges:
    """Change tokens, limits and agreements, or what the vendor knows of a person; each method is one change."""

    _service: Service

    def expire_tokens(self) -> None:
        """Expire every access token now."""
        self._service.tokens.expire()

    def set_token_life(self, seconds: float) -> None:
        """Set the life of tokens that are issued from now on."""
        self._service.tokens.life = timedelta(seconds=seconds)

    def issue_personal_token(self, scopes: Iterable[str] = EVERY_SCOPE, life: float | None = None) -> Mapping[str, str]:
        """Issue a personal access token, with a life in seconds of its own."""
        access = self._service.tokens.issue_personal(scopes, _seconds(life))
        return {"token": access.token, "expires_at": times.listed(access.expires) or ""}

    def issue_oauth_tokens(self, scopes: Iterable[str] = EVERY_SCOPE, life: float | None = None) -> Mapping[str, str]:
        """Issue an application's tokens without the authorization page."""
        grant = self._service.tokens.issue_grant(scopes, _seconds(life))
        expires_at = times.listed(grant.access.expires) or ""
        return {
            "access_token": grant.access.token,
            "refresh_token": grant.refresh_token,
            "expires_at": expires_at,
            **self.oauth_client(),
        }

    def revoke_token(self, token: str) -> None:
        """Revoke an access or refresh token."""
        self._service.tokens.revoke(token)

    def oauth_client(self) -> Mapping[str, str]:
        """Return the registered application."""
        return {"client_id": codes.CLIENT_ID, "client_secret": codes.CLIENT_SECRET}

    def deny_authorization(self, times: int = 1) -> None:
        """Refuse the next authorizations, so many times."""
        self._service.codes.denies += times

    def sign_baa(self, *, signed: bool = True) -> None:
        """Set whether the agreement on health data is signed."""
        self._service.baa_signed = signed

    def lift_block(self) -> None:
        """End a block, and reset the count."""
        self._service.throttle.lift()

    def flag_contact(
        self,
        number: str,
        *,
        opt_out: str | None = None,
        is_blocked: bool = False,
        is_invalid: bool = False,
        invalid_reason: str | None = None,
    ) -> Mapping[str, str]:
        """Set the flags of a person's contact; it is created if it is missing."""
        known = numbers.read(number)
        if known is None:
            raise ValueError(f"{number!r} is not a phone number")
        account = self._service.account
        contact = account.contact_with(known) or account.add_contact(known)
        contact.opt_out, contact.opt_out_at = opt_out, account.now() if opt_out else None
        contact.is_blocked, contact.is_invalid, contact.invalid_reason = is_blocked, is_invalid, invalid_reason
        contact.lookup_type = "landline" if is_invalid else "mobile"
        return {"contact_id": str(contact.contact_id)}


def _seconds(life: float | None) -> timedelta | None:
    return None if life is None else timedelta(seconds=life)
