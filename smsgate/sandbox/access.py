"""Refuse web pages: only programs on this machine may use the sandbox, not a foreign page in the developer's browser.

A page can reach a loopback port in two ways. By DNS rebinding its own name resolves to the port, and then the
request's Host is that name. Or it posts to the port from its own site, and then the browser names the site in Origin
(Fetch Standard, "Origin header").
"""

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

__all__ = ["refuse_foreign_pages"]


def refuse_foreign_pages(hosts: Iterable[str]) -> Middleware:
    """Return a middleware that refuses a foreign Host (421) and a foreign Origin (403).

    Loopback addresses, ``localhost`` and `hosts` belong to this machine. A request with neither header
    comes from no browser.
    """
    own = frozenset(host.lower() for host in hosts)

    @web.middleware
    async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
        for host in request.headers.getall("Host", []):
            if not _is_own(f"//{host}", own):
                fix = "use 127.0.0.1, or allow the name with Sandbox(hosts=[..])"
                return _refusal(421, f"{host[:80]!r} is not the name of this sandbox; {fix}")
        for origin in request.headers.getall("Origin", []):
            if not _is_own(origin, own):
                return _refusal(403, f"a page of {origin[:80]!r} may not use this sandbox")
        return await handler(request)

    return refuse


def _is_own(url: str, own: frozenset[str]) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host in own


def _refusal(status: int, reason: str) -> web.Response:
    return web.json_response({"error": f"Refused: {reason}"}, status=status)
