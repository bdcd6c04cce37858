"""Refuse web pages: only programs and the sandbox's own pages may use it, not a foreign page in a browser.

A page can reach a loopback port in two ways. By DNS rebinding its own name resolves to the port, and then the
request's Host is that name. Or it posts to the port from its own site, and then the browser names the site in Origin
(Fetch Standard, "Origin header") and says in Sec-Fetch-Site how it is related (W3C Fetch Metadata).
"""

import re
from collections.abc import Sequence

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from smsgate.sandbox.access.access import Access
from smsgate.sandbox.access.area import LOGIN, Area, area_of

__all__ = ["refuse_foreign_pages"]

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{0,5})?", re.IGNORECASE)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

Objection = tuple[int, str]


def refuse_foreign_pages(access: Access) -> Middleware:
    """Return a middleware that refuses a foreign Host (421) and a foreign Origin (403).

    A request with neither header comes from no browser. What changes something through the pages must come from the
    pages themselves: another port of this machine is a foreign page there.
    """

    @web.middleware
    async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
        hosts = _hosts(request)
        objection = _to_hosts(hosts, access) or _to_origins(request, hosts, access) or _to_form(request, hosts, access)
        if objection is None:
            return await handler(request)
        status, reason = objection
        return web.json_response({"error": f"Refused: {reason}"}, status=status)

    return refuse


def _hosts(request: web.Request) -> Sequence[str]:
    """Return whom a request asks: its Host, and the host of an absolute target (RFC 9112, 3.2.2)."""
    target = request.raw_path
    if target.startswith("/") or target == "*":
        return request.headers.getall("Host", [])
    authority = target.partition("://")[2] or target
    return [re.split("[/?#]", authority, maxsplit=1)[0], *request.headers.getall("Host", [])]


def _to_hosts(hosts: Sequence[str], access: Access) -> Objection | None:
    for host in hosts:
        if not access.includes(_name(host)):
            fix = "use 127.0.0.1, or allow the name with --allow-host or Sandbox(hosts=[..])"
            return 421, f"{host[:80]!r} is not the name of this sandbox; {fix}"
    return None


def _to_origins(request: web.Request, hosts: Sequence[str], access: Access) -> Objection | None:
    for origin in request.headers.getall("Origin", []):
        scheme, _, host = origin.partition("://")
        name = _name(host)
        own = access.is_own(name) or (bool(name) and name in map(_name, hosts))
        if scheme not in {"http", "https"} or not own:
            return _foreign(origin)
    return None


def _to_form(request: web.Request, hosts: Sequence[str], access: Access) -> Objection | None:
    if request.method in _SAFE or area_of(request) is not Area.PAGES:
        return None
    site = request.headers.get("Sec-Fetch-Site")
    if site in {"cross-site", "same-site"}:
        return _foreign(site)
    origins = request.headers.getall("Origin", [])
    is_unknown = request.match_info.http_exception is not None and request.path != LOGIN  # a program's wrong base_url
    if not origins and site != "same-origin" and not is_unknown:
        return 403, "the form has no Origin; programs use /_sandbox/"
    for origin in origins:
        if len(hosts) != 1 or origin.lower() not in _origins(hosts[0].lower(), access):
            return _foreign(origin)
    return None


def _origins(host: str, access: Access) -> Sequence[str]:
    """Return the origins of the sandbox's own pages; a name that was allowed may be that of a proxy with TLS."""
    return [f"http://{host}", *([f"https://{host}"] if _name(host) in access.hosts else [])]


def _name(host: str) -> str:
    """Return the host without its port and brackets; nothing for what is no host."""
    found = _HOST.fullmatch(host)
    return found[1].lower().strip("[]") if found else ""


def _foreign(page: str) -> Objection:
    return 403, f"a page of {page[:80]!r} may not use this sandbox"
