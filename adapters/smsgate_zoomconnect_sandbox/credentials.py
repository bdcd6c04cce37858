"""Authentication: the headers `email` and `token`, or Basic authentication, or (for testing) the query."""

from aiohttp import BasicAuth, web

from smsgate_zoomconnect_sandbox.answers import Refusal

EMAIL = "sandbox@example.com"
TOKEN = "zoomconnect-sandbox-token"  # noqa: S105 - obviously fake
URL_TOKEN = "zoomconnect-sandbox-url-token"  # noqa: S105 - obviously fake

IN_QUERY = frozenset({"email", "token"})


def authenticate(request: web.Request) -> None:
    """Refuse a request without the account's credentials."""
    if (EMAIL, TOKEN) not in (_of_headers(request), _of_basic(request), _of_query(request)):
        raise Refusal(401, "Unauthorized")


def _of_headers(request: web.Request) -> tuple[str | None, str | None]:
    return request.headers.get("email"), request.headers.get("token")


def _of_basic(request: web.Request) -> tuple[str | None, str | None]:
    try:
        given = BasicAuth.decode(request.headers.get("Authorization", ""), encoding="utf-8")
    except ValueError:
        return None, None
    return given.login, given.password


def _of_query(request: web.Request) -> tuple[str | None, str | None]:
    return request.query.get("email"), request.query.get("token")
