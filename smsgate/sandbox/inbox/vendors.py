"""The vendors: `/vendors` and `/vendors/{name}`, their faults, how their texts end, and their webhooks."""

from collections.abc import Mapping

from aiohttp import web
from attrs import frozen

from smsgate.sandbox.faults import Fault
from smsgate.sandbox.inbox.form import fields_of
from smsgate.sandbox.inbox.pages import Pages, asks_for_part
from smsgate.sandbox.inbox.paths import vendor_path
from smsgate.sandbox.inbox.settings import settings_of
from smsgate.sandbox.inbox.vendor_view import VendorView
from smsgate.sandbox.inbox.whole_number import whole_number
from smsgate.sandbox.magic import DeliveryOutcome

FAULTS: Mapping[Fault, str] = {
    Fault.REFUSE_NUMBER: "Refuse number",
    Fault.RATE_LIMITED: "429",
    Fault.ERROR_BEFORE: "500",
    Fault.STALL_BEFORE: "Stall",
    Fault.DROP_AFTER: "Drop after accepting",
    Fault.NO_CREDIT: "No credit",
}
"""The faults that have a button of their own, and what is on it."""

TIMES: Mapping[str, tuple[int | None, str]] = {
    "1": (1, "once"),
    "5": (5, "5 times"),
    "": (None, "until cancelled"),
}
"""How often a fault is met: the value in the form, the number, and what the page calls it."""

OUTCOMES: Mapping[DeliveryOutcome, str] = {
    DeliveryOutcome.DELIVERED: "delivered",
    DeliveryOutcome.FAILED: "failed",
    DeliveryOutcome.EXPIRED: "expired",
    DeliveryOutcome.UNKNOWN: "unknown",
    DeliveryOutcome.STAYS_SENT: "by hand",
}
"""The ends that all texts of a vendor can be given, and what the page calls them."""


@frozen
class Vendors:
    """Show a vendor, and change how it behaves."""

    pages: Pages

    async def show_all(self, request: web.Request) -> web.StreamResponse:
        """Answer with all vendors."""
        state = self.pages.state
        views = [VendorView.of(state, name) for name in state.vendors]
        template = "parts/vendors.html" if asks_for_part(request) == "vendors" else "vendors.html"
        return self.pages.answer(template, views=views, outcomes=OUTCOMES)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Answer with a vendor's page, or with the part of it that changes."""
        return self._page(request)

    async def misbehave(self, request: web.Request) -> web.StreamResponse:
        """Order a fault."""
        name, fields = request.match_info["name"], await fields_of(request)
        times, _ = TIMES.get(fields.get("times", "1"), (1, ""))
        try:
            fault = Fault(fields.get("fault", ""))
            path = "*" if fields.get("path") == "*" else self.pages.state.vendor(name).send_path
            self.pages.state.misbehave(name, fault, times=times, path=path)
        except (LookupError, ValueError) as error:
            return self._problem(request, error)
        return self.pages.done(request, vendor_path(name, "#faults"))

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        """Cancel a fault; one that was met already changes nothing."""
        number = whole_number(request.match_info["number"])
        if number is not None:
            self.pages.state.behave(number)
        return self.pages.done(request, vendor_path(request.match_info["name"], "#faults"))

    async def end_texts(self, request: web.Request) -> web.StreamResponse:
        """End the vendor's texts so from now on."""
        name, fields = request.match_info["name"], await fields_of(request)
        try:
            self.pages.state.end_texts(name, DeliveryOutcome(fields.get("outcome", "")))
        except (LookupError, ValueError) as error:
            return self._problem(request, error)
        return self.pages.done(request, vendor_path(name, "#ends"))

    async def call_back(self, request: web.Request) -> web.StreamResponse:
        """Set the URL of the vendor's webhooks, or remove it."""
        name, fields = request.match_info["name"], await fields_of(request)
        url, kind, style = (fields.get(field, "").strip() or None for field in ("url", "kind", "style"))
        try:
            if url is None and "remove" not in fields:
                raise ValueError("the callback URL is empty; write it as http://127.0.0.1:5000/path")  # noqa: TRY301
            self.pages.state.call_back(name, url, kind=kind, style=style)
        except (LookupError, ValueError) as error:
            return self._problem(request, error)
        return self.pages.done(request, vendor_path(name, "#webhooks"))

    def _problem(self, request: web.Request, error: Exception) -> web.Response:
        return self.pages.problem(request, str(error.args[0]))

    def _page(self, request: web.Request) -> web.Response:
        state, name = self.pages.state, request.match_info["name"]
        if name not in state.vendors:
            return self.pages.refusal(404, f"the sandbox has no vendor {name!r}; it has: {', '.join(state.vendors)}")
        vendor = state.vendors[name]
        return self.pages.answer(
            "parts/vendor.html" if asks_for_part(request) == "vendor" else "vendor.html",
            view=VendorView.of(state, name),
            vendor=vendor,
            faults=FAULTS,
            other_faults=[fault for fault in Fault if fault not in FAULTS],
            times=TIMES,
            outcomes=OUTCOMES,
            settings=settings_of(vendor, f"{request.scheme}://{request.host}"),
        )
