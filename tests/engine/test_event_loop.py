"""What the engine of asyncio does not do."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from smsgate import AsyncGateway, Message, Outcome
from tests.engine.silent_vendor import SilentVendor, gateway, silent_vendor
from tests.plain_adapter import TO


def test_a_send_in_the_main_thread_waits_for_no_thread_that_signals_do_not_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> bool:
        raise AssertionError("the event loop waits for a thread")

    async def send(opened: AsyncGateway, vendor: SilentVendor) -> None:
        vendor.answers.set()
        with monkeypatch.context() as patched:
            patched.setattr("smsgate.runtime.shield._workers.submit", refuse)
            assert (await opened.send(Message(TO, "alone"))).outcome is Outcome.ACCEPTED
            texts = [Message(TO, f"{each}") for each in range(5)]
            assert {result.outcome async for result in opened.send_bulk(texts, run="r")} == {Outcome.ACCEPTED}

    async def bounded() -> None:
        async with (
            asyncio.timeout(60),
            silent_vendor() as vendor,
            gateway(vendor.url, str(tmp_path / "j.db")) as opened,
        ):
            await send(opened, vendor)

    asyncio.run(bounded())
