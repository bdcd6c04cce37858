"""Sandbox vendors are found by entry point: ours, a third party's, and broken ones."""

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import requests

from smsgate import ConfigError
from smsgate.cli.app import run
from smsgate.sandbox import Sandbox
from tests.entry_points import publish as publish_entries

PIGEON = """
from aiohttp import web
from smsgate.sandbox import Vendor

class Pigeon(Vendor):
    name = "pigeon"
    base_path = "/v1"
    id_fields = frozenset({"id"})
    credentials = {"ring": "pigeon-sandbox-ring"}

    def reset(self, network, clock):
        pass

    def application(self):
        async def coo(request):
            return web.json_response({"said": "coo"})

        application = web.Application()
        application.add_routes([web.get("/v1/coo", coo)])
        return application

    async def recipients(self, request):
        return ()

    def failure(self, request, status, reason):
        return web.json_response({"error": reason}, status=status)
"""

Publish = Callable[..., None]


@pytest.fixture
def publish(tmp_path: Path) -> Iterator[Publish]:
    """Install a distribution as a third party's wheel would be."""

    def install(source: str, **entries: str) -> None:
        (tmp_path / "smsgate_pigeon_sandbox.py").write_text(source, encoding="utf-8")
        sys.path.insert(0, str(tmp_path))
        publish_entries(tmp_path, "smsgate-pigeon", {"smsgate.sandbox": entries})

    yield install
    if str(tmp_path) in sys.path:
        sys.path.remove(str(tmp_path))
    sys.modules.pop("smsgate_pigeon_sandbox", None)


def uninstall_ours(folder: Path) -> None:
    """Let the folder, once it is first on `sys.path`, hide every distribution that has a plug-in."""
    entries = [*entry_points(group="smsgate.sandbox"), *entry_points(group="smsgate.adapters")]
    for distribution in {entry.dist.name for entry in entries if entry.dist}:
        publish_entries(folder, distribution, {})


def test_our_vendors_are_installed() -> None:
    assert {"bulksms", "salesbox", "salesmsg", "telnyx", "vonage", "zoomconnect"} <= {*Sandbox().vendors}


def test_a_third_partys_vendor_is_served_beside_ours(publish: Publish) -> None:
    publish(PIGEON, pigeon="smsgate_pigeon_sandbox:Pigeon")
    with Sandbox() as sandbox:
        assert {"pigeon", "zoomconnect"} <= set(sandbox.vendors)
        assert requests.get(f"{sandbox.url('pigeon')}/coo", timeout=10).json() == {"said": "coo"}


@pytest.mark.parametrize(
    ("source", "entry", "why"),
    [
        ("raise RuntimeError('no\\nluck')", "Pigeon", "cannot be imported: RuntimeError: no luck"),
        ("import pigeonlib", "Pigeon", "cannot be imported: ModuleNotFoundError: No module named 'pigeonlib'"),
        ("", "Pigeon", "cannot be imported: AttributeError"),
        ("Pigeon = 5", "Pigeon", "is not a subclass of smsgate.sandbox.Vendor"),
        (
            "from smsgate.sandbox import Vendor\nclass Pigeon(Vendor): name = 'pigeon'",
            "Pigeon",
            "lacks: application, credentials, failure, recipients, reset",
        ),
        (PIGEON.replace('"pigeon"', '"dove"'), "Pigeon", "is named 'dove' in its class; use one name in both places"),
        (PIGEON.replace('    name = "pigeon"\n', ""), "Pigeon", "has no name in its class; set name = 'pigeon'"),
        (
            f"{PIGEON}    def __init__(self, lofts): pass\n",
            "Pigeon",
            "cannot be made without arguments: TypeError",
        ),
    ],
)
def test_a_broken_plug_in_is_named(publish: Publish, source: str, entry: str, why: str) -> None:
    publish(source, pigeon=f"smsgate_pigeon_sandbox:{entry}")
    with pytest.raises(ConfigError) as raised:
        Sandbox()
    assert str(raised.value).startswith(f"sandbox vendor 'pigeon' (smsgate_pigeon_sandbox:{entry}) {why}")
    assert Sandbox(vendors=[]).vendors == ()  # vendors that are named need no entry point


def test_a_name_that_two_installed_vendors_have_is_refused_naming_both(publish: Publish) -> None:
    publish(PIGEON, zoomconnect="smsgate_pigeon_sandbox:Pigeon")
    with pytest.raises(ConfigError) as raised:
        Sandbox()
    error = str(raised.value)
    assert error.startswith(
        "sandbox vendor 'zoomconnect' is installed twice: smsgate_pigeon_sandbox:Pigeon of smsgate-"
    )
    assert "smsgate_zoomconnect_sandbox:ZoomConnect of smsgate" in error
    assert error.endswith("; uninstall one")


@pytest.mark.parametrize("command", ["sandbox", "demo"])
def test_the_command_line_says_in_one_line_that_no_vendor_is_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    uninstall_ours(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    assert run([command]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "no sandbox vendor is installed" in error


@pytest.mark.parametrize("command", ["sandbox", "demo"])
def test_the_command_line_names_a_broken_vendor_in_one_line(
    publish: Publish, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    publish("import pigeonlib", pigeon="smsgate_pigeon_sandbox:Pigeon")
    assert run([command]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "sandbox vendor 'pigeon' (smsgate_pigeon_sandbox:Pigeon) cannot be imported" in error


def test_the_demo_needs_two_vendors_that_have_an_adapter(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    groups = {
        "smsgate.adapters": {"zoomconnect": "smsgate_zoomconnect:ZoomConnect"},
        "smsgate.sandbox": {"zoomconnect": "smsgate_zoomconnect_sandbox:ZoomConnect"},
    }
    uninstall_ours(tmp_path)
    publish_entries(tmp_path, "smsgate-zoom-alone", groups)
    monkeypatch.syspath_prepend(tmp_path)
    assert run(["demo"]) == 2
    error = capsys.readouterr().err
    assert "the demo needs two sandbox vendors that have an adapter" in error
    assert "installed: zoomconnect" in error
