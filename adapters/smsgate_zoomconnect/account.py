"""The account: `account/balance`, and the users of the team, which are sub-accounts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from attrs import asdict, field, frozen

from smsgate import (
    Adapter,
    Balance,
    Conversation,
    Effect,
    Extras,
    MalformedAnswerError,
    Request,
    TellsBalance,
    UnknownOutcomeError,
    fields,
    given,
    operation,
)
from smsgate_zoomconnect.answers import Number, entries, read_changed
from smsgate_zoomconnect.errors import error_text
from smsgate_zoomconnect.settings import ZoomConnectSettings
from smsgate_zoomconnect.sms import Sms

__all__ = ["Account", "NewUser", "TeamExtras", "User", "UserChanges"]

NAMES = {
    "email": "emailAddress",
    "password": "password",
    "first_name": "firstName",
    "last_name": "lastName",
    "number": "contactNumber",
    "company": "company",
}
KEPT = ("userId", *(vendor for name, vendor in NAMES.items() if name != "password"))
"""What an update must say again, lest it be blanked (PRESUMED)."""


@frozen
class _BalanceReply:
    """The credit left."""

    raw: fields.Raw
    amount: Decimal = fields.named("creditBalance")


class Account(Adapter[ZoomConnectSettings], TellsBalance):
    """What concerns the account."""

    def balance(self) -> Conversation[Balance]:
        """Guide: GET account/balance."""
        reply = (yield Request("GET", "account/balance")).read(_BalanceReply)
        return fields.into(Balance, reply, unit="credits")


@frozen(kw_only=True)
class User:
    """One user of the team, with the credit that is left; a password that comes back is not read."""

    provider: str = ""
    id: fields.Word = fields.named("userId")
    email: str | None = fields.named("emailAddress", None)
    first_name: str | None = fields.named("firstName", None)
    last_name: str | None = fields.named("lastName", None)
    number: Number = fields.named("contactNumber", None)
    """E.164 where it can be read as such."""
    company: str | None = None
    credit: Decimal | None = fields.named("creditBalance", None)


@frozen(kw_only=True)
class NewUser:
    """A sub-account to create; the vendor requires all but the company."""

    email: str
    password: str = field(repr=False)
    first_name: str
    last_name: str
    number: str
    company: str | None = None


@frozen(kw_only=True)
class UserChanges:
    """What can be changed of a user; None leaves it."""

    first_name: str | None = None
    last_name: str | None = None
    number: str | None = None
    password: str | None = field(default=None, repr=False)


def _written(user: NewUser | UserChanges) -> Mapping[str, str]:
    return {NAMES[name]: value for name, value in given(asdict(user)).items()}


class TeamExtras(Extras[Sms]):
    """Users of the team, and the credit that they have."""

    @operation
    def transfer(self, *, sender_email: str, recipient_email: str, credit: int) -> Conversation[User | None]:
        """Move whole credits (1 or more) from one user of the team to another. Guide: POST account/transfer.

        Returns the user that the answer shows, None where it shows none; which of both it is, no document says.

        Never repeated: after `UnknownOutcomeError` look at both balances before you transfer again.
        """
        if credit < 1:
            raise ValueError(f"{credit} credits cannot be transferred; give at least 1")
        body = {
            "transferFromEmailAddress": sender_email,
            "transferToEmailAddress": recipient_email,
            "numberOfCreditsToTransfer": credit,
        }
        answer = yield Request("POST", "account/transfer", json=body, effect=Effect.PAYS)
        if not answer.body.strip():  # the swagger has a 201 without a body
            return None
        user = answer.read(User)
        if said := error_text(answer):
            raise UnknownOutcomeError(f"the vendor shows a user and an error ({said}); money may have moved")
        return user

    @operation
    def find_users(self, email: str) -> Conversation[list[User]]:
        """Return the users with an e-mail address. Guide: GET account/user."""
        return (yield from _found(email))

    @operation
    def get_user(self, user_id: str) -> Conversation[User]:
        """Return one user, or raise `NotFoundError`. Guide: GET account/user/{userId}."""
        return (yield Request("GET", "account/user/{user_id}", ids={"user_id": user_id})).read(User)

    @operation
    def create_user(self, user: NewUser) -> Conversation[User]:
        """Create a sub-account of the team. Guide: PUT account/user, which creates."""
        answer = yield Request("PUT", "account/user", json=_written(user), effect=Effect.CHANGES)
        if answer.body.strip():
            return read_changed(answer, User, _written(user))
        made = yield from _found(user.email)
        if len(made) != 1:
            raise MalformedAnswerError(f"the user was created, and {len(made)} users are found by the e-mail address")
        return made[0]

    @operation
    def update_user(self, user_id: str, changes: UserChanges) -> Conversation[User]:
        """Change what is not None, and leave the rest. Guide: POST account/user/{userId}, which updates.

        Read first: that fields left out are blanked is PRESUMED.
        """
        path, ids = "account/user/{user_id}", {"user_id": user_id}
        before = yield Request("GET", path, ids=ids)
        before.read(User)  # refuses what is no user
        body = {**given({name: before.raw().get(name) for name in KEPT}), **_written(changes)}
        answer = yield Request("POST", path, ids=ids, json=body, effect=Effect.IDEMPOTENT)
        return read_changed(answer, User, body)


def _found(email: str) -> Conversation[list[User]]:
    answer = yield Request("GET", "account/user", query={"searchEmail": email})
    return [*answer.page(User, entries(answer, "webServiceUserList")).items]
