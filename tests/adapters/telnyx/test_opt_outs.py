"""Entries of the list of opt-outs that are not as the vendor describes them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smsgate import Provider, VendorOptOut
from smsgate.testing import StubTransport, answer

Stubbed = Callable[..., tuple[Provider, StubTransport]]


@pytest.mark.parametrize("time", ["yesterday", "", None, 5, {}, "0001-01-01T00:00:00+14:00", "2026-11-29T20:16:07"])
def test_an_opt_out_counts_whose_time_cannot_be_read(stubbed: Stubbed, time: object) -> None:
    entry = {"to": "+27821234567", "from": "+13125550000", "keyword": "STOP", "created_at": time}
    provider, _ = stubbed([answer(200, {"data": [entry], "meta": {"total_pages": 1, "page_number": 1}})])
    listing = provider.opt_outs.list()
    [listed] = listing
    assert isinstance(listed, VendorOptOut)
    assert (listed.number, listing.skipped) == ("+27821234567", 0)
