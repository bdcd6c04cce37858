from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
import requests

from smsgate import PriceList
from smsgate.sandbox import Sandbox

Calculate = Callable[..., requests.Response]
PRICES = {
    "zoom": PriceList("ZAR", {"+27": Decimal("0.30"), "+1": Decimal("0.10")}, default=Decimal("0.50")),
    "box": PriceList.from_mapping({"unit": "credits", "+2782": 2, "per": "message"}),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=["zoomconnect"], prices=PRICES) as sandbox:
        yield sandbox


@pytest.fixture
def calculate(sandbox: Sandbox, session: requests.Session) -> Calculate:
    """Send the form of the page, or any body, as a browser does that runs no script."""
    origin = f"http://127.0.0.1:{sandbox.port}"

    def calculate(form: dict[str, str] | bytes, **headers: str) -> requests.Response:
        return session.post(f"{origin}/segments", data=form, headers={"Origin": origin, **headers}, timeout=30)

    return calculate


@pytest.fixture
def show(sandbox: Sandbox, session: requests.Session) -> Calculate:
    """Ask for the page with a query."""
    return lambda query="": session.get(f"http://127.0.0.1:{sandbox.port}/segments{query}", timeout=30)
