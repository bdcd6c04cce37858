"""Credit and the users of the team: `account/..` except its statistics."""

from typing import Any

from aiohttp import web

from smsgate_zoomconnect_sandbox.account import Account
from smsgate_zoomconnect_sandbox.answers import Refusal
from smsgate_zoomconnect_sandbox.numbers import e164
from smsgate_zoomconnect_sandbox.records import User
from smsgate_zoomconnect_sandbox.requests import read_fields, require
from smsgate_zoomconnect_sandbox.routes import Route

_ONE = "account/user/{user_id:[0-9]{1,19}}"
_USER = {
    "password": str,
    "creditBalance": float,
    "emailAddress": str,
    "firstName": str,
    "lastName": str,
    "contactNumber": str,
    "userId": int,
    "company": str,
}
_TRANSFER = {"transferFromEmailAddress": str, "transferToEmailAddress": str, "numberOfCreditsToTransfer": int}


async def balance(_request: web.Request, account: Account) -> dict[str, Any]:
    """Return the credit that is left."""
    return {"creditBalance": account.owner.credit, "links": []}


async def transfer(request: web.Request, account: Account) -> dict[str, Any]:
    """Move credit from one user to another; the answer is the user who gave it (PRESUMED: no document says which)."""
    fields = await read_fields(request, _TRANSFER)
    require(fields, *_TRANSFER)
    giver = by_email(account, fields["transferFromEmailAddress"])
    taker = by_email(account, fields["transferToEmailAddress"])
    credit = fields["numberOfCreditsToTransfer"]
    if not 0 < credit <= giver.credit:
        raise Refusal(400, f"{giver.email} cannot transfer {credit} credits")
    giver.credit -= credit
    taker.credit += credit
    return shown(giver)


async def search(request: web.Request, account: Account) -> dict[str, Any]:
    """Find the users with an e-mail address."""
    wanted = request.query.get("searchEmail")
    if not wanted:
        raise Refusal(400, "searchEmail is required")
    return {"webServiceUserList": [shown(user) for user in account.users.values() if user.email == wanted]}


async def create(request: web.Request, account: Account) -> dict[str, Any]:
    """Create a sub-account, without credit whatever the request says; only a transfer adds credit."""
    fields = await read_fields(request, _USER)
    require(fields, "firstName", "lastName", "emailAddress", "contactNumber", "password")
    if any(user.email == fields["emailAddress"] for user in account.users.values()):
        raise Refusal(400, f"{fields['emailAddress']} is taken")
    user = User(
        user_id=max(account.users) + 1,
        email=fields["emailAddress"],
        credit=0.0,
        first_name=fields["firstName"],
        last_name=fields["lastName"],
        contact_number=_checked_number(fields["contactNumber"]),
        company=fields["company"],
        password=fields["password"],
    )
    account.users[user.user_id] = user
    return shown(user)


async def get(request: web.Request, account: Account) -> dict[str, Any]:
    """Show one user."""
    return shown(_named(request, account))


async def update(request: web.Request, account: Account) -> dict[str, Any]:
    """Change names, number and password, and nothing else; names and number left out become empty."""
    user = _named(request, account)
    fields = await read_fields(request, _USER)
    if fields["contactNumber"]:
        _checked_number(fields["contactNumber"])
    user.first_name = fields["firstName"]
    user.last_name = fields["lastName"]
    user.contact_number = fields["contactNumber"]
    user.password = fields["password"] or user.password
    return shown(user)


def shown(user: User) -> dict[str, Any]:
    """Show a user without the password."""
    return {
        "userId": user.user_id,
        "emailAddress": user.email,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "contactNumber": user.contact_number,
        "company": user.company,
        "creditBalance": user.credit,
        "password": None,
    }


def by_email(account: Account, email: str) -> User:
    """Return the user with an e-mail address; 404 if there is none."""
    user = next((user for user in account.users.values() if user.email == email), None)
    if user is None:
        raise Refusal(404, f"User {email} not found")
    return user


def _named(request: web.Request, account: Account) -> User:
    user = account.users.get(int(request.match_info["user_id"]))
    if user is None:
        raise Refusal(404, "User not found")
    return user


def _checked_number(number: str) -> str:
    if e164(number) is None:
        raise Refusal(400, "Invalid mobile number", code=2)
    return number


ROUTES = (
    Route("GET", "account/balance", balance, "webServiceAccount"),
    Route("POST", "account/transfer", transfer, "webServiceUser"),
    Route("GET", "account/user", search, "webServiceUsers", query=frozenset({"searchEmail"})),
    Route("PUT", "account/user", create, "webServiceUser", status=201),
    Route("GET", _ONE, get, "webServiceUser"),
    Route("POST", _ONE, update, "webServiceUser"),
)
