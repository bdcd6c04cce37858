"""Errors of every status quote what the vendor said, whichever vendor it is."""

from __future__ import annotations

import pytest

from smsgate import Gateway, NotFoundError, ProviderError
from smsgate.sandbox import Fault, Sandbox

VENDORS = ("zoomconnect", "salesmsg", "salesbox")
UNKNOWN_ID = {"zoomconnect": "5a757c7b7736b6c1d340ffff", "salesmsg": "99999", "salesbox": "99999"}
FAILURES = {
    Fault.UNAUTHORIZED: "Unauthorized",
    Fault.FORBIDDEN: "Forbidden",
    Fault.RATE_LIMITED: "Too many requests",
    Fault.ERROR_BEFORE: "Internal server error",
}


@pytest.fixture(name="sandbox", params=["null", "absent"])
def _sandbox(request: pytest.FixtureRequest) -> object:
    with Sandbox(absent=VENDORS if request.param == "absent" else ()) as sandbox:
        yield sandbox


def open_gateway(sandbox: Sandbox, vendor: str, path: str = "") -> Gateway:
    base_url = sandbox.url(vendor).replace(f"/{vendor}/", f"/{path or vendor}/")
    account = {"adapter": vendor, "base_url": base_url, "rate": "unlimited", "read_attempts": 1}
    own = {**sandbox.credentials(vendor), **sandbox.account(vendor)}
    return Gateway.from_mapping({"providers": {"it": {**account, **own}}})


@pytest.mark.parametrize("fault", FAILURES)
@pytest.mark.parametrize("vendor", VENDORS)
def test_a_failure_quotes_the_vendors_words(sandbox: Sandbox, vendor: str, fault: Fault) -> None:
    with open_gateway(sandbox, vendor) as gateway:
        sandbox.misbehave(vendor, fault, times=None)
        with pytest.raises(ProviderError) as caught:
            gateway.provider("it").contacts.get(UNKNOWN_ID[vendor])
    assert f": {FAILURES[fault]}" in str(caught.value)


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_unknown_id_quotes_the_vendors_words(sandbox: Sandbox, vendor: str) -> None:
    with open_gateway(sandbox, vendor) as gateway, pytest.raises(NotFoundError, match=r"404 Not Found: .*[Nn]o"):
        gateway.provider("it").contacts.get(UNKNOWN_ID[vendor])


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_wrong_address_is_reported_as_one(sandbox: Sandbox, vendor: str) -> None:
    with open_gateway(sandbox, vendor, "nowhere") as gateway:
        with pytest.raises(ProviderError, match="no such path at the vendor; check base_url") as caught:
            gateway.provider("it").contacts.get(UNKNOWN_ID[vendor])
        assert not isinstance(caught.value, NotFoundError)
