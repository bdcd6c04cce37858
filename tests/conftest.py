"""Random tests say how to run them again, and do not measure how busy the machine is."""

import signal

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("smsgate", print_blob=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("smsgate")


@pytest.fixture(scope="session", autouse=True)
def _signals_of_a_terminal() -> None:
    """Listen to the signals that nohup and a shell's background ignore: what the tests start inherits that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
