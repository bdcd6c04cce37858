"""Users of the team: sub-accounts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from attrs import asdict, field, frozen

from smsgate_zoomconnect.replies import as_number

__all__ = ["NewUser", "User", "UserChanges", "UserReply"]

NAMES = {
    "email": "emailAddress",
    "password": "password",
    "first_name": "firstName",
    "last_name": "lastName",
    "number": "contactNumber",
    "company": "company",
}


@frozen(kw_only=True)
class User:
    """One user of the team, with the credit that is left."""

    provider: str
    id: str
    email: str | None
    first_name: str | None
    last_name: str | None
    number: str | None
    """E.164 where it can be read as such."""
    company: str | None
    credit: Decimal | None


@frozen(kw_only=True)
class NewUser:
    """A sub-account to create; the vendor requires all but the company."""

    email: str
    password: str = field(repr=False)
    first_name: str
    last_name: str
    number: str
    company: str | None = None

    def written(self) -> Mapping[str, str]:
        """Return it in the vendor's words."""
        return _written(asdict(self))


@frozen(kw_only=True)
class UserChanges:
    """What can be changed of a user; None leaves it."""

    first_name: str | None = None
    last_name: str | None = None
    number: str | None = None
    password: str | None = field(default=None, repr=False)

    def written(self) -> Mapping[str, str]:
        """Return it in the vendor's words."""
        return _written(asdict(self))


@frozen
class UserReply:
    """One user; a password that comes back is not read."""

    userId: int
    emailAddress: str | None = None
    firstName: str | None = None
    lastName: str | None = None
    contactNumber: str | None = None
    company: str | None = None
    creditBalance: Decimal | None = None

    def user(self, provider: str) -> User:
        """Say it in smsgate's words."""
        return User(
            provider=provider,
            id=str(self.userId),
            email=self.emailAddress,
            first_name=self.firstName,
            last_name=self.lastName,
            number=as_number(self.contactNumber),
            company=self.company,
            credit=self.creditBalance,
        )

    def written(self) -> Mapping[str, object]:
        """Return what an update must say again, lest it be blanked."""
        kept = {
            "userId": self.userId,
            "emailAddress": self.emailAddress,
            "firstName": self.firstName,
            "lastName": self.lastName,
            "contactNumber": self.contactNumber,
            "company": self.company,
        }
        return {name: value for name, value in kept.items() if value is not None}


def _written(fields: Mapping[str, str | None]) -> Mapping[str, str]:
    return {NAMES[name]: value for name, value in fields.items() if value is not None}
