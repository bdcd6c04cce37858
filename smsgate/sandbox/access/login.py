"""Ask for the token of a sandbox: programs send it in a header, browsers once, and then a cookie.

Vendors' paths need none: an adapter has the vendor's own fake credentials, and no place for another secret.
"""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from smsgate.sandbox.access.access_token import AccessToken
from smsgate.sandbox.access.area import LOGIN, Area, area_of

__all__ = ["demand_token"]

_LARGEST_FORM = 4096
_REASON = (
    "the token is missing or wrong; send it as Authorization: Bearer TOKEN, in Python with SandboxClient(token=..), "
    "on the command line with --token or SMSGATE_SANDBOX_TOKEN"
)
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Token - smsgate sandbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/assets/inbox.css">
</head>
<body class="login">
<main id="main">
<h1>smsgate sandbox</h1>
<p>{}</p>
<form method="post" action="/login">
<label>Token <input name="token" type="password" autocomplete="current-password" required></label>
<button type="submit">Open</button>
</form>
</main>
</body>
</html>
"""
_ASKING = _PAGE.format("This sandbox was started with a token.")
_WRONG = _PAGE.format("That is not the token of this sandbox.")


def demand_token(token: AccessToken) -> Middleware:
    """Return a middleware that answers 401 without the token, but at vendors' paths and for the pages' assets.

    A page that is asked for with `?token=` sets the cookie and leads to the same page without it.
    """

    @web.middleware
    async def demand(request: web.Request, handler: Handler) -> web.StreamResponse:
        if _is_free(request) or _has_token(request, token):
            return await handler(request)
        if area_of(request) is Area.CONTROL:
            return web.json_response({"error": f"Refused: {_REASON}"}, status=401, headers=_CHALLENGE)
        return await _browser(request, token, handler)

    return demand


_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="smsgate sandbox"'}


def _is_free(request: web.Request) -> bool:
    if area_of(request) is Area.VENDOR:
        return True
    resource = request.match_info.route.resource
    return resource is not None and resource.canonical.startswith("/assets/")


def _has_token(request: web.Request, token: AccessToken) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and token.matches(given.strip())


async def _browser(request: web.Request, token: AccessToken, handler: Handler) -> web.StreamResponse:
    if request.path == LOGIN and request.method == "POST":
        given = await _typed(request)
        return _let_in(request, token, "/") if token.matches(given) else _page(_WRONG)
    if "token" in request.query and request.method in {"GET", "HEAD"}:
        return _let_in(request, token, _without_token(request)) if _named(request, token) else _page(_WRONG)
    name = _cookie_name(request)
    if token.matches_cookie(request.cookies.get(name, ""), name):
        return await handler(request)
    return _page(_ASKING)


def _named(request: web.Request, token: AccessToken) -> bool:
    return all(map(token.matches, request.query.getall("token")))


async def _typed(request: web.Request) -> str:
    small = request.clone(client_max_size=_LARGEST_FORM)
    if small.content_type != "application/x-www-form-urlencoded":
        return ""
    return str((await small.post()).get("token", ""))


def _let_in(request: web.Request, token: AccessToken, address: str) -> web.Response:
    name = _cookie_name(request)
    answer = web.Response(status=303, headers={"Location": address})
    answer.set_cookie(name, token.cookie(name), path="/", httponly=True, samesite="Strict")
    return answer


def _without_token(request: web.Request) -> str:
    """Return the path of a request, never another host: a Location that begins with two slashes names one."""
    url = request.rel_url.with_query([(name, value) for name, value in request.query.items() if name != "token"])
    path = url.raw_path.lstrip("/\\")
    return f"/{path}?{url.raw_query_string}" if url.raw_query_string else f"/{path}"


def _cookie_name(request: web.Request) -> str:
    """Return a name of its own for each port, as cookies are shared by all ports of a host (RFC 6265, 8.5)."""
    port = request.headers.get("Host", "").rpartition(":")[2]
    return f"smsgate_{port}" if port.isdecimal() and port.isascii() else "smsgate"


def _page(text: str) -> web.Response:
    return web.Response(text=text, status=401, content_type="text/html", headers=_CHALLENGE)
