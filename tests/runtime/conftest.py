from __future__ import annotations

from collections.abc import Iterator

import pytest

from smsgate.sandbox import Sandbox


@pytest.fixture(scope="module")
def running_sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def vendor(sandbox: Sandbox) -> dict[str, str]:
    return {"base_url": sandbox.url("zoomconnect"), **sandbox.credentials("zoomconnect")}
