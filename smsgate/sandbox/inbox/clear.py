"""`/clear`: begin anew, once that was confirmed."""

from aiohttp import web
from attrs import frozen

from smsgate.sandbox.inbox.pages import Pages


@frozen
class Clear:
    """Ask, and then reset the sandbox."""

    pages: Pages

    async def ask(self, _request: web.Request) -> web.StreamResponse:
        """Answer with what would be removed, and a button."""
        state = self.pages.state
        return self.pages.answer("clear.html", requests=len(state.requests.latest(1_000_000)))

    async def clear(self, _request: web.Request) -> web.StreamResponse:
        """Reset the sandbox."""
        self.pages.state.reset()
        raise web.HTTPSeeOther("/")
