"""The plug-in of pytest. It imports nothing of smsgate's until a test uses a fixture."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pluggy import Result

    from smsgate.sandbox import Sandbox
    from smsgate.testing.applications.drill.drill import Drill
    from smsgate.testing.applications.outbox import SmsOutbox
    from smsgate.testing.applications.server import SandboxServer

__all__ = [
    "pytest_addoption",
    "pytest_configure",
    "pytest_generate_tests",
    "pytest_itemcollected",
    "pytest_runtest_call",
    "smsgate_drill",
    "smsgate_outbox",
    "smsgate_sandbox",
]

_MARKS = (
    "smsgate(journal=False, limits={}, settings={}): settings for smsgate_outbox, smsgate_sandbox and smsgate_drill",
    "smsgate_drill(invariant='at_most_once', faults=[..], vendor=None, texts=1): run the test once for each fault",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the settings of pytest.ini."""
    parser.addini("smsgate_region", "The country (ISO 3166) of numbers without one, such as ZA.", default="")
    parser.addini("smsgate_vendor", "The vendor of smsgate_sandbox's route and of smsgate_drill.", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marks known."""
    for mark in _MARKS:
        config.addinivalue_line("markers", mark)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test with `smsgate_drill`, or its mark, once for each fault."""
    marked = metafunc.definition.get_closest_marker("smsgate_drill")
    if not marked and "smsgate_drill" not in metafunc.fixturenames:
        return
    from smsgate.testing.applications.drill.plan import DrillPlan  # noqa: PLC0415 - a drill is used

    if "smsgate_drill" not in metafunc.fixturenames:
        metafunc.fixturenames.append("smsgate_drill")  # parametrize refuses a name that no test has
    metafunc.parametrize("smsgate_drill", DrillPlan.of(metafunc.definition).faults, indirect=True)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Use the fixture where a test has the mark alone."""
    repeated = getattr(item, "callspec", None)
    if isinstance(item, pytest.Function) and repeated is not None and "smsgate_drill" in repeated.params:
        names = item.fixturenames
        if "smsgate_drill" not in names:
            names.append("smsgate_drill")


@pytest.hookimpl(hookwrapper=True)  # the style that every pytest knows: the plug-in is loaded by older ones too
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Result[None], None]:
    """Check the application once its test has passed, or say what the drill saw where the test has failed."""
    ended = yield
    drill: Drill | None = getattr(item, "funcargs", {}).get("smsgate_drill")
    failure = None if drill is None else drill.failure()
    if failure is not None and ended.excinfo is None:
        ended.force_exception(pytest.fail.Exception(failure, pytrace=False))
    elif failure is not None:
        item.add_report_section("call", "smsgate drill", failure)


@pytest.fixture
def smsgate_outbox(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SmsOutbox]:
    """Give a list of the messages that the application sends in this test (`smsgate.testing.SmsOutbox`)."""
    from smsgate.testing.applications.marks import Asked  # noqa: PLC0415 - the fixture is used
    from smsgate.testing.applications.outbox import SmsOutbox  # noqa: PLC0415

    outbox = SmsOutbox(Asked.of(request.node), _folder(tmp_path, "outbox"), _ini(request, "smsgate_region"))
    monkeypatch.setenv("SMSGATE_CONFIG", str(outbox.config))
    yield outbox
    outbox.close()


@pytest.fixture
def _smsgate_server() -> Iterator[SandboxServer]:
    """Run a sandbox."""
    from smsgate.testing.applications.server import SandboxServer  # noqa: PLC0415 - a sandbox is used

    server = SandboxServer()
    yield server
    server.close()


@pytest.fixture
def smsgate_sandbox(
    request: pytest.FixtureRequest, _smsgate_server: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Sandbox:
    """Run a sandbox with every vendor during this test (`smsgate.sandbox.Sandbox`)."""
    from smsgate.testing.applications.marks import Asked  # noqa: PLC0415 - the fixture is used
    from smsgate.testing.applications.settings import ApplicationSettings  # noqa: PLC0415

    folder, region = _folder(tmp_path, "sandbox"), _ini(request, "smsgate_region")
    settings = Asked.of(request.node).for_vendors(_smsgate_server.sandbox.settings()["providers"], folder, region)
    settings["route"] = [_smsgate_server.vendor(_ini(request, "smsgate_vendor"))]
    monkeypatch.setenv("SMSGATE_CONFIG", str(ApplicationSettings(settings, folder).config))
    return _smsgate_server.sandbox


@pytest.fixture
def smsgate_drill(
    request: pytest.FixtureRequest, _smsgate_server: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Drill]:
    """Let the vendor of this run of the test have one fault (`smsgate.testing.Drill`)."""
    from smsgate.testing.applications.drill.drill import Defaults, Drill  # noqa: PLC0415 - the fixture is used
    from smsgate.testing.applications.drill.plan import DrillPlan  # noqa: PLC0415
    from smsgate.testing.applications.marks import Asked  # noqa: PLC0415

    if not hasattr(request, "param"):
        pytest.fail("smsgate_drill is for test functions: pytest cannot repeat a test of unittest", pytrace=False)
    drill = Drill(
        fault=request.param,
        plan=DrillPlan.of(request.node),
        asked=Asked.of(request.node),
        server=_smsgate_server,
        folder=_folder(tmp_path, "drill"),
        defaults=Defaults(vendor=_ini(request, "smsgate_vendor"), region=_ini(request, "smsgate_region")),
    )
    monkeypatch.setenv("SMSGATE_CONFIG", str(drill.config))
    yield drill
    drill.close()


def _folder(tmp_path: Path, fixture: str) -> Path:
    """Return a folder beside what the test itself writes."""
    folder = tmp_path / ".smsgate" / fixture
    folder.mkdir(parents=True)
    return folder


def _ini(request: pytest.FixtureRequest, name: str) -> str | None:
    return str(request.config.getini(name)) or None
