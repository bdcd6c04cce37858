"""How an endpoint is declared and served."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from attrs import frozen

from smsgate_salesmsg_sandbox import requests
from smsgate_salesmsg_sandbox.account import Account
from smsgate_salesmsg_sandbox.answers import Refusal, invalid, refusal, unauthorized, undecodable
from smsgate_salesmsg_sandbox.requests import Fields, Place
from smsgate_salesmsg_sandbox.service import Service
from smsgate_salesmsg_sandbox.tokens import Access

ROOT = "/pub/{version:v2[.][23]}"
"""The base path; both versions answer."""

_HEALTH = frozenset({"contacts", "conversations", "messages", "attachments"})
NO_BAA = "Access denied. You must have a signed Business Associate Agreement (BAA) to continue."


@frozen
class Call:
    """One request, and the service that answers it."""

    request: web.Request
    service: Service
    access: Access | None

    @property
    def account(self) -> Account:
        """Return the account of the request."""
        return self.service.account

    @property
    def version(self) -> str:
        """Return `v2.2` or `v2.3`."""
        return self.request.match_info["version"]

    def id(self, name: str) -> int:
        """Return a number in the path; the routes accept only digits."""
        return requests.read_id(self.request.match_info[name])

    def query(self, fields: Fields) -> dict[str, Any]:
        """Return the documented parameters of a request that reads."""
        return requests.read_query(self.request, fields)

    async def body(self, fields: Fields) -> dict[str, Any]:
        """Return the fields of a request that is JSON in each version."""
        return await requests.read_body(self.request, fields)

    async def fields(self, fields: Fields) -> dict[str, Any]:
        """Return the fields of a request that writes: a JSON body in v2.2, the query in v2.3."""
        if self.service.place(self.version) is Place.JSON:
            return await requests.read_body(self.request, fields)
        await requests.refuse_body(self.request)
        return requests.read_query(self.request, fields)


Operation = Callable[[Call], Awaitable[Any]]


@frozen
class Route:
    """One row of the vendor's documents: what answers a path, and the scope that it needs."""

    method: str
    path: str
    handle: Operation
    scope: str | None = None
    guarded: bool = True

    async def serve(self, request: web.Request, service: Service) -> web.Response:
        """Answer a request; a refusal becomes an error body."""
        try:
            _refuse_stray_media(request, self.path)
            access = authenticate(request, service) if self.guarded else None
            if access is not None:
                self._authorise(service, service.tokens.check(access))
            value = await self.handle(Call(request, service, access))
        except Refusal as refused:
            return refused.answer()
        return value if isinstance(value, web.Response) else web.json_response(value)

    def _authorise(self, service: Service, access: Access) -> None:
        if not access.allows(self.scope):
            raise refusal(403, "insufficient_scope")
        family = (self.scope or "").partition(":")[0]
        if family in _HEALTH and not access.personal and not service.baa_signed:
            raise refusal(403, NO_BAA)


def authenticate(request: web.Request, service: Service) -> Access:
    """Return the access token of a request, also if it no longer works."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not token:
        raise unauthorized(auth_required=False)
    access = service.tokens.find(token)
    if access is None:
        raise undecodable(request.path.rpartition("/")[2])
    return access


def application(routes: Iterable[Route], service: Callable[[], Service]) -> web.Application:
    """Return an application of these routes, behind the account's rate limit."""
    served = web.Application(middlewares=[_throttling(service)])
    for route in routes:
        served.router.add_route(route.method, f"{ROOT}/{route.path}", _serving(route, service))
    return served


def _refuse_stray_media(request: web.Request, path: str) -> None:
    if requests.MEDIA in request.query and not path.startswith("messages"):
        raise invalid({requests.MEDIA: ["The media_url field is unknown."]})


def _serving(route: Route, service: Callable[[], Service]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        return await route.serve(request, service())

    return serve


def _throttling(service: Callable[[], Service]) -> Middleware:
    @web.middleware
    async def throttle(request: web.Request, handler: Handler) -> web.StreamResponse:
        if "/pub/" not in request.path:
            return await handler(request)
        blocked = service().admit()
        return blocked if blocked is not None else await handler(request)

    return throttle
