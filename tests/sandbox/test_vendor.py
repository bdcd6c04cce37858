from collections.abc import Iterable, Iterator, Mapping

import pytest
import requests
from aiohttp import web

from smsgate.sandbox import Fault, Sandbox, Text, Vendor, magic
from smsgate.sandbox.clock import Clock
from smsgate.sandbox.network import Network


class Pigeon(Vendor):
    """A vendor that sends whatever it is given, to the number in the path."""

    name = "pigeon"
    base_path = "/v9"
    id_fields = frozenset({"ring"})

    @property
    def credentials(self) -> Mapping[str, str]:
        return {}

    def reset(self, network: Network, clock: Clock) -> None:
        self.network, self.clock = network, clock

    def application(self) -> web.Application:
        application = web.Application()
        application.router.add_post("/v9/{number}", self._fly)
        return application

    async def recipients(self, request: web.Request) -> Iterable[str]:
        return [request.path.rpartition("/")[2]]

    def failure(self, request: web.Request, status: int, reason: str) -> web.Response:
        return web.Response(status=status, text=f"{request.method}: {reason}")

    async def _fly(self, request: web.Request) -> web.Response:
        text = Text(
            vendor="pigeon",
            to=request.match_info["number"],
            text=await request.text(),
            message_id=str(len(self.network.sent()) + 1),
            at=self.clock.now(),
        )
        self.network.send(text)
        return web.json_response({"ring": text.message_id})


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=[Pigeon()]) as sandbox:
        yield sandbox


def _fly(sandbox: Sandbox, number: str = "+27821234567") -> requests.Response:
    return requests.post(f"{sandbox.url('pigeon')}/{number}", data=b"coo", timeout=10)


def test_another_vendor_plugs_in_and_its_texts_are_counted(sandbox: Sandbox) -> None:
    assert sandbox.vendors == ("pigeon",)
    assert _fly(sandbox).json() == {"ring": "1"}
    assert [(text.vendor, text.text) for text in sandbox.texts] == [("pigeon", "coo")]


def test_another_vendor_misbehaves_in_its_own_words(sandbox: Sandbox) -> None:
    sandbox.misbehave("pigeon", Fault.ERROR_AFTER, path="+*")
    assert _fly(sandbox).text == "POST: Internal server error"
    sandbox.misbehave("pigeon", Fault.NO_ID)
    assert _fly(sandbox).json() == {}
    unavailable = next(number for number, fault in magic.FAULTS.items() if fault is Fault.UNAVAILABLE)
    assert _fly(sandbox, unavailable).text == "POST: Service unavailable"
    assert len(sandbox.texts) == 2


def test_an_unknown_path_or_method_is_refused_in_the_vendors_own_words(sandbox: Sandbox) -> None:
    missing = requests.get(f"{sandbox.url('pigeon')}/a/b", timeout=10)
    assert (missing.status_code, missing.text) == (404, "GET: Not Found")
    refused = requests.put(f"{sandbox.url('pigeon')}/+27821234567", timeout=10)
    assert refused.text == "PUT: Method Not Allowed"


def test_a_vendor_has_no_counts_account_changes_or_account_unless_it_declares_them(sandbox: Sandbox) -> None:
    assert (sandbox.counts("pigeon"), sandbox.account("pigeon")) == ({}, {})
    with pytest.raises(LookupError, match=r"pigeon has no account change 'feed' \(it has: none\)"):
        sandbox.change_account("pigeon", "feed")


def test_what_a_vendor_does_not_have_is_a_lookup_error(sandbox: Sandbox) -> None:
    with pytest.raises(LookupError, match="pigeon has no replies"):
        sandbox.receive("pigeon", "+27821234567", "coo")
    with pytest.raises(LookupError, match="pigeon has no templates"):
        sandbox.add_template("pigeon", "x", "x")
    with pytest.raises(LookupError, match="pigeon has no groups"):
        sandbox.members("pigeon", "x")
