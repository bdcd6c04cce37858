from __future__ import annotations

import pytest

from smsgate.sandbox import Sandbox
from smsgate.sandbox.inbox.paths import RESERVED, phone_path, vendor_path
from smsgate_zoomconnect_sandbox import ZoomConnect


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_no_vendor_is_named_as_a_page_is(name: str) -> None:
    vendor = type("Named", (ZoomConnect,), {"name": name})()
    with pytest.raises(ValueError, match=rf"a vendor cannot be named '{name}': the sandbox has a page at /{name}; "):
        Sandbox(vendors=[vendor])


def test_each_page_is_at_a_reserved_path(sandbox: Sandbox) -> None:
    firsts = {path.split("/")[1] for path in sandbox_paths(sandbox)} - {"", *sandbox.vendors}
    assert firsts <= RESERVED
    assert {"phones", "assets", "events"} <= firsts


def sandbox_paths(sandbox: Sandbox) -> set[str]:
    from asyncio import Event

    from smsgate.sandbox.inbox import routes

    return {route.path for route in routes(sandbox._state, Event())}


def test_a_path_quotes_what_is_no_number() -> None:
    assert phone_path("+27/../x?#\ud800", q="a&b", before=None) == "/phones/+27%2F..%2Fx%3F%23%3F?q=a%26b"
    assert vendor_path("a/b", "/faults") == "/vendors/a%2Fb/faults"
