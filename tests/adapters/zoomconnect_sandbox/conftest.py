from collections.abc import Iterator
from datetime import timedelta

import pytest

from smsgate.sandbox import Sandbox
from smsgate_zoomconnect_sandbox import ZoomConnect
from tests.sandbox.conftest import ask, control, listener, send, session

__all__ = ["ask", "control", "listener", "send", "session"]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Deliver after a minute, which tests let pass with `advance`."""
    with Sandbox(vendors=[ZoomConnect(delivery=timedelta(minutes=1))]) as sandbox:
        yield sandbox
