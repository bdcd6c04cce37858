"""Which page is at which address."""

import asyncio
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from aiohttp import web

from smsgate.sandbox.inbox.clear import Clear
from smsgate.sandbox.inbox.events import Events
from smsgate.sandbox.inbox.export import Export
from smsgate.sandbox.inbox.pages import Pages
from smsgate.sandbox.inbox.phones import Phones
from smsgate.sandbox.inbox.requests import Requests
from smsgate.sandbox.inbox.segments.page import SegmentsPage
from smsgate.sandbox.inbox.segments.prices import PriceBook, Prices
from smsgate.sandbox.inbox.texts import Texts
from smsgate.sandbox.inbox.vendors import Vendors
from smsgate.sandbox.state import State


def routes(
    state: State, closing: asyncio.Event, prices: Mapping[str, Prices] = MappingProxyType({})
) -> Sequence[web.RouteDef]:
    """Return the routes of the pages; `closing` ends the streams of those that are open."""
    pages = Pages.of(state)
    phones, texts, requests = Phones(pages), Texts(pages), Requests(pages)
    vendors, clear = Vendors(pages), Clear(pages)
    segments = SegmentsPage(pages, PriceBook(prices))
    return [
        web.get("/", phones.show),
        web.get("/phones/{number}", phones.show_phone),
        web.post("/phones/{number}/replies", phones.reply),
        web.get("/texts/{number}", texts.show),
        web.post("/texts/{number}/ends", texts.end),
        web.get("/requests", requests.show),
        web.get("/requests/{number}", requests.show_request),
        web.get("/vendors", vendors.show_all),
        web.get("/vendors/{name}", vendors.show),
        web.post("/vendors/{name}/faults", vendors.misbehave),
        web.post("/vendors/{name}/faults/{number}/cancel", vendors.cancel),
        web.post("/vendors/{name}/ends", vendors.end_texts),
        web.post("/vendors/{name}/callbacks", vendors.call_back),
        web.get("/clear", clear.ask),
        web.post("/clear", clear.clear),
        web.get("/export.json", Export(state).answer),
        web.get("/events", Events(state, closing).answer, allow_head=False),
        web.get("/segments", segments.show),
        web.post("/segments", segments.calculate),
        web.get("/assets/{name}", pages.assets.answer),
    ]
