"""How an endpoint is declared and served."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web
from attrs import frozen

from smsgate_zoomconnect_sandbox import credentials
from smsgate_zoomconnect_sandbox.account import Account
from smsgate_zoomconnect_sandbox.answers import Refusal, answer, refuse

Handler = Callable[[web.Request, Account], Awaitable[Any]]


@frozen
class Route:
    """One row of the vendor's guide: what answers a path, and under which name in XML."""

    methods: str
    path: str
    handle: Handler
    root: str
    status: int = 200
    query: frozenset[str] = frozenset()
    guarded: bool = True

    async def serve(self, request: web.Request, account: Account) -> web.Response:
        """Answer a request; a refusal becomes the vendor's error body."""
        try:
            if self.guarded:
                credentials.authenticate(request)
            self._check_query(request)
            value = await self.handle(request, account)
        except Refusal as refusal:
            return refuse(request, refusal)
        return answer(request, value, self.root, self.status)

    def _check_query(self, request: web.Request) -> None:
        allowed = self.query | credentials.IN_QUERY if self.guarded else self.query
        for name in request.query:
            if name not in allowed or len(request.query.getall(name)) > 1:
                raise Refusal(400, f"Unrecognised or repeated parameter {name!r}")


def application(base_path: str, routes: Iterable[Route], account: Callable[[], Account]) -> web.Application:
    """Return an application of these routes, each also under its path with `.json`."""
    served = web.Application()
    for route in routes:
        for method in route.methods.split():
            for suffix in ("", ".json"):
                served.router.add_route(method, f"{base_path}/{route.path}{suffix}", _serving(route, account))
    return served


def _serving(route: Route, account: Callable[[], Account]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        return await route.serve(request, account())

    return serve
