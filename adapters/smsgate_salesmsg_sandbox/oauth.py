"""Tokens: `oauth/..`, and the page on which a person authorizes an application."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from smsgate_salesmsg_sandbox import routes
from smsgate_salesmsg_sandbox.answers import Refusal, refusal
from smsgate_salesmsg_sandbox.codes import CLIENT_ID, CLIENT_SECRET, Code
from smsgate_salesmsg_sandbox.requests import read_json
from smsgate_salesmsg_sandbox.routes import Call, Route
from smsgate_salesmsg_sandbox.service import Service
from smsgate_salesmsg_sandbox.tokens import Access, Grant

REDIRECT_URI = "https://example.app/callback"
"""The registered address; besides it any on loopback will do."""

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_EXCHANGE = ("client_id", "client_secret", "code", "redirect_uri", "code_verifier")
_REFRESH = ("client_id", "client_secret", "refresh_token", "scope")
_OPTIONAL = frozenset({"code_verifier", "scope"})
_PAGE = frozenset(
    {"response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"}
)


async def issue_token(call: Call) -> dict[str, Any]:
    """Exchange a code, or refresh: clients were seen to do both here."""
    given = await _given(call.request)
    grant_type = given.pop("grant_type", None)
    if grant_type == "authorization_code":
        return _exchange(call, given)
    if grant_type == "refresh_token":
        return _refresh(call, given)
    raise _error(400, "unsupported_grant_type", "The authorization grant type is not supported.")


async def refresh_token(call: Call) -> dict[str, Any]:
    """Refresh, as the vendor's documents say."""
    given = await _given(call.request)
    if given.pop("grant_type", None) != "refresh_token":
        raise _error(400, "unsupported_grant_type", "The authorization grant type is not supported.")
    return _refresh(call, given)


async def refresh_personal(call: Call) -> dict[str, Any]:
    """Replace the personal token that the request shows."""
    call.query({})
    access = call.service.tokens.rotate_personal(routes.authenticate(call.request, call.service))
    return _shown(call.service, access)


async def authorize(request: web.Request, service: Service) -> web.Response:
    """Authorize at once, or refuse if a test ordered it."""
    query = {name: request.query[name] for name in request.query}
    if set(query) - _PAGE or query.get("client_id") != CLIENT_ID or not _registered(query.get("redirect_uri", "")):
        return web.Response(status=400, text="Unknown parameter, client or redirect address")
    state = {"state": query["state"]} if "state" in query else {}
    if query.get("response_type") != "code" or query.get("code_challenge_method", "plain") not in {"plain", "S256"}:
        return _back(query, {"error": "invalid_request", "error_description": "Only codes are given"} | state)
    if service.codes.denies:
        service.codes.denies -= 1
        return _back(query, {"error": "access_denied", "error_description": "The user denied you access"} | state)
    code = Code(
        redirect_uri=query["redirect_uri"],
        scopes=frozenset(query.get("scope", "").split()),
        issued=service.account.now(),
        challenge=query.get("code_challenge"),
        method=query.get("code_challenge_method", "plain"),
    )
    return _back(query, {"code": service.codes.issue(code)} | state)


def _registered(address: str) -> bool:
    try:
        parts = urlsplit(address)
        loopback = parts.scheme == "http" and parts.hostname in _LOOPBACK
    except ValueError:
        return False
    return loopback or address == REDIRECT_URI


def _back(query: Mapping[str, str], added: Mapping[str, str]) -> web.Response:
    joint = "&" if urlsplit(query["redirect_uri"]).query else "?"
    return web.Response(status=302, headers={"Location": f"{query['redirect_uri']}{joint}{urlencode(added)}"})


async def _given(request: web.Request) -> dict[str, str]:
    if request.content_type == "application/json":
        given = await read_json(request)
    else:
        form = await request.post()
        given = {name: form[name] for name in form}
    if request.query or not all(isinstance(value, str) for value in given.values()):
        raise _error(400, "invalid_request", "Every parameter is a text, and none is in the query.")
    return {name: str(value) for name, value in given.items()}


def _exchange(call: Call, given: Mapping[str, str]) -> dict[str, Any]:
    fields = _checked(given, _EXCHANGE)
    if not call.service.baa_signed:
        raise refusal(403, routes.NO_BAA)
    code = call.service.codes.redeem(fields, call.account.now())
    if code is None:
        raise _error(400, "invalid_grant", "The authorization code is invalid, expired or already used.")
    return _granted(call.service, call.service.tokens.issue_grant(code.scopes))


def _refresh(call: Call, given: Mapping[str, str]) -> dict[str, Any]:
    fields = _checked(given, _REFRESH)
    grant = call.service.tokens.rotate_grant(fields["refresh_token"] or "")
    if grant is None:
        raise _error(400, "invalid_grant", "The refresh token is invalid.")
    return _granted(call.service, grant)


def _checked(given: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str | None]:
    missing = [name for name in names if not given.get(name) and name not in _OPTIONAL]
    if missing or set(given) - set(names):
        raise _error(400, "invalid_request", f"The request takes {', '.join(names)}, and these only.")
    if (given["client_id"], given["client_secret"]) != (CLIENT_ID, CLIENT_SECRET):
        raise _error(401, "invalid_client", "Client authentication failed")
    return {name: given.get(name) for name in names}


def _granted(service: Service, grant: Grant) -> dict[str, Any]:
    return _shown(service, grant.access) | {"refresh_token": grant.refresh_token}


def _shown(service: Service, access: Access) -> dict[str, Any]:
    return {"token_type": "Bearer", "expires_in": service.tokens.seconds_left(access), "access_token": access.token}


def _error(status: int, error: str, description: str) -> Refusal:
    """Return an error as RFC 6749 has it, with the `message` that Laravel adds. PRESUMED: none was seen."""
    return Refusal(status, {"error": error, "error_description": description, "message": description})


ROUTES = (
    Route("POST", "oauth/token", issue_token, guarded=False),
    Route("POST", "oauth/token/refresh", refresh_token, guarded=False),
    Route("POST", "oauth/personal-token/refresh", refresh_personal, guarded=False),
)
