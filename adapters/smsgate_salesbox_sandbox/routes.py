"""How an endpoint is declared and served."""

from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from attrs import define, frozen

from smsgate.sandbox import Throttle
from smsgate_salesbox_sandbox.account import Account
from smsgate_salesbox_sandbox.answers import Refusal, refused
from smsgate_salesbox_sandbox.requests import read_id
from smsgate_salesbox_sandbox.variants import Variants

TOKEN = "salesbox-sandbox-token"  # noqa: S105 - obviously fake


@define(kw_only=True)
class Service:
    """One account, its rate limit, and the variants of the vendor."""

    account: Account
    throttle: Throttle
    variants: Variants
    requests: int = 0


@frozen
class Call:
    """One request, and the service that answers it."""

    request: web.Request
    account: Account
    variants: Variants

    def id(self, name: str) -> int:
        """Return an id in the path."""
        return read_id(name, self.request.match_info[name])


@frozen
class Route:
    """One row of the vendor's documents: what answers a path."""

    method: str
    path: str
    handle: Callable[[Call], Awaitable[web.Response]]


def application(base_path: str, routes: Iterable[Route], service: Callable[[], Service]) -> web.Application:
    """Return an application of these routes."""
    served = web.Application(middlewares=[_guarding(service)])
    for route in routes:
        served.router.add_route(route.method, f"{base_path}/{route.path}", _serving(route, service))
    return served


def _serving(route: Route, service: Callable[[], Service]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        return await route.handle(Call(request, service().account, service().variants))

    return serve


def _guarding(service: Callable[[], Service]) -> Middleware:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            _admit(request, service())
            return await handler(request)
        except Refusal as refusal:
            return refused(service().variants, refusal)

    return guard


def _admit(request: web.Request, service: Service) -> None:
    service.requests += 1
    if request.headers.get("Authorization") != f"Bearer {TOKEN}":
        raise Refusal(401, "Invalid API token provided")
    if service.throttle.wait(service.account.now()) is not None:
        raise Refusal(429, f"You exceeded the rate limit of {service.throttle.limit} API calls per hour.")
