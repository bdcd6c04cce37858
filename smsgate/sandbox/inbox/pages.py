"""What all pages have in common: their templates, and what the frame around each shows."""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web
from attrs import frozen
from jinja2 import Environment, PackageLoader, StrictUndefined

from smsgate.sandbox.inbox.assets import Assets
from smsgate.sandbox.inbox.drawing import visible, visible_line
from smsgate.sandbox.inbox.masked_url import masked_url
from smsgate.sandbox.inbox.paths import phone_path, vendor_path
from smsgate.sandbox.state import State


@frozen
class Pages:
    """Make pages of a sandbox's state from templates."""

    state: State
    assets: Assets
    environment: Environment

    @classmethod
    def of(cls, state: State) -> "Pages":
        """Return the pages of this state."""
        assets = Assets()
        return cls(state, assets, _environment(assets))

    def answer(self, template: str, *, status: int = 200, **values: object) -> web.Response:
        """Answer with a page, or with a part of one."""
        return web.Response(
            body=self.text(template, **values).encode(errors="replace"),
            status=status,
            content_type="text/html",
            charset="utf-8",
        )

    def text(self, template: str, **values: object) -> str:
        """Return what a template makes of values and of the state."""
        return self.environment.get_template(template).render(state=self.state, **values)

    def refusal(self, status: int, reason: str) -> web.Response:
        """Answer with a page that says why something was not done."""
        return self.answer("refusal.html", status=status, reason=reason)

    def problem(self, request: web.Request, reason: str, *, status: int = 422) -> web.Response:
        """Answer to a form whose action was not done: with a part for the place of problems, or with a page."""
        if _by_script(request):
            return self.answer("parts/problem.html", reason=reason)
        return self.refusal(status, reason)

    def done(self, request: web.Request, path: str) -> web.Response:
        """Answer to a form whose action was done: parts of its page are exchanged, or the page of this path opens."""
        if _by_script(request):
            return web.Response(headers={"HX-Trigger": "changed"})
        raise web.HTTPSeeOther(path)


def asks_for_part(request: web.Request) -> str:
    """Return the name of the part of a page that a request asks for, empty if it asks for the page."""
    return request.query.get("part", "") if _by_script(request) else ""


def _by_script(request: web.Request) -> bool:
    return "HX-Request" in request.headers


def _environment(assets: Assets) -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__ or "", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    filters: dict[str, Callable[..., object]] = {
        "casefold": str.casefold,
        "clock": _clock,
        "count": "{:,}".format,
        "masked_url": masked_url,
        "moment": datetime.isoformat,
        "phone_path": phone_path,
        "vendor_path": vendor_path,
        "visible": visible,
        "visible_line": visible_line,
        "words": _words,
    }
    environment.filters |= filters
    environment.globals["asset"] = assets.path
    return environment


def _words(name: str) -> str:
    return name.replace("_", " ")


def _clock(at: datetime) -> str:
    """Return a moment in the time of this machine; of another day with its date."""
    local = at.astimezone()
    today = local.date() == datetime.now(local.tzinfo).date()
    return f"{local:%H:%M:%S}" if today else f"{local:%Y-%m-%d %H:%M}"
