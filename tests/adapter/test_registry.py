"""Adapters are found by entry point: ours, a third party's, and broken ones."""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

import smsgate
from smsgate import ConfigError, Gateway
from smsgate.adapter.registry import adapter_named, installed_adapters
from smsgate_zoomconnect import ZoomConnect
from tests.entry_points import publish as publish_entries

PIGEON = """
from attrs import field, frozen, validators
import smsgate

@frozen(kw_only=True)
class PigeonSettings(smsgate.Settings):
    base_url: str = "https://pigeon.example"
    ring: str = field(repr=False, validator=validators.matches_re("ring-.*"))

class Pigeon(smsgate.Adapter[PigeonSettings]):
    name = "pigeon"
    Settings = PigeonSettings

    def headers(self):
        return {"ring": self.settings.ring}

    def send(self, message, submission):
        answer = yield smsgate.Request("POST", "coo", json={"to": message.to})
        return smsgate.Accepted(message_id=answer.json()["id"])
"""

Publish = Callable[..., None]


@pytest.fixture
def publish(tmp_path: Path) -> Iterator[Publish]:
    """Install a distribution as a third party's wheel would be."""

    def install(source: str, **entries: str) -> None:
        (tmp_path / "smsgate_pigeon.py").write_text(dedent(source), encoding="utf-8")
        sys.path.insert(0, str(tmp_path))
        publish_entries(tmp_path, "smsgate-pigeon", {"smsgate.adapters": entries})

    yield install
    if str(tmp_path) in sys.path:
        sys.path.remove(str(tmp_path))
    sys.modules.pop("smsgate_pigeon", None)


def test_our_adapter_is_installed() -> None:
    assert "zoomconnect" in installed_adapters()
    assert adapter_named("zoomconnect") is ZoomConnect


def test_a_third_partys_adapter_is_found_the_same_way(publish: Publish) -> None:
    publish(PIGEON, pigeon="smsgate_pigeon:Pigeon")
    assert {"pigeon", "zoomconnect"} <= set(installed_adapters())
    assert installed_adapters() == sorted(installed_adapters())
    with Gateway.from_mapping({"providers": {"p": {"adapter": "pigeon", "ring": "ring-1"}}}) as gateway:
        assert repr(gateway.provider("p")) == "Provider('p', adapter='pigeon')"
        assert gateway.provider("p").capabilities["balance"] is None


def test_a_third_partys_check_does_not_quote_a_secret(publish: Publish) -> None:
    publish(PIGEON, pigeon="smsgate_pigeon:Pigeon")
    with pytest.raises(ConfigError) as raised:
        Gateway.from_mapping({"providers": {"p": {"adapter": "pigeon", "ring": "CANARY-1"}}})
    assert "ring" in str(raised.value)
    assert "CANARY-1" not in str(raised.value)


def test_a_name_that_two_installed_adapters_have_is_refused_naming_both(publish: Publish) -> None:
    publish(PIGEON, zoomconnect="smsgate_pigeon:Pigeon")
    with pytest.raises(ConfigError) as raised:
        adapter_named("zoomconnect")
    assert str(raised.value) == (
        "adapter 'zoomconnect' is installed twice: smsgate_pigeon:Pigeon of smsgate-pigeon and "
        "smsgate_zoomconnect:ZoomConnect of smsgate; uninstall one"
    )
    assert installed_adapters().count("zoomconnect") == 1


@pytest.mark.parametrize("name", ["zoomconect", "ZoomConnect", "zoom-connect", "zoomconnct", "zoomconnects"])
def test_a_misspelt_adapter_is_answered_with_the_one_that_was_meant(name: str) -> None:
    with pytest.raises(ConfigError) as raised:
        adapter_named(name)
    installed = ", ".join(installed_adapters())
    assert str(raised.value) == f"no adapter {name!r} (installed: {installed}); did you mean 'zoomconnect'?"


@pytest.mark.parametrize("name", ["hooli", "", "x" * 5_000, "zoomconnect; rm -rf /", "smsgate-pigeon"])
def test_an_adapter_that_is_not_installed_is_named_with_those_that_are_and_with_no_package(name: str) -> None:
    with pytest.raises(ConfigError) as raised:
        adapter_named(name)
    error = str(raised.value)
    assert error.startswith(f"no adapter {name!r}"[:900])
    assert "pip" not in error.replace(repr(name), "")
    assert not re.search(r"install\b", error)
    if len(name) < 100:
        assert f"(installed: {', '.join(installed_adapters())})" in error


def test_no_text_of_ours_asks_a_user_to_install_a_package_that_is_not_smsgate() -> None:
    root = Path(__file__).parents[2]
    files = [root / "README.md", *(root / "docs").rglob("*.md")]
    files += [*(root / "smsgate").rglob("*.py"), *(root / "adapters").rglob("*.py")]
    named = {name for file in files for name in re.findall(r"pip install ([^`)]+?)[`\s\"]", file.read_text("utf-8"))}
    assert named
    assert {name for name in named if not re.fullmatch(r"'?smsgate(\[[a-z,]+\])?'?|-e", name)} == set()


@pytest.mark.parametrize(
    ("source", "entry", "why"),
    [
        ("raise RuntimeError('no\\nluck')", "smsgate_pigeon:Pigeon", "cannot be imported: RuntimeError: no luck"),
        ("import pigeonlib", "smsgate_pigeon:Pigeon", "cannot be imported: ModuleNotFoundError: No module named"),
        ("def broken(:", "smsgate_pigeon:Pigeon", "cannot be imported: SyntaxError"),
        ("Pigeon = 5", "smsgate_pigeon:Pigeon", "is not a subclass of smsgate.Adapter"),
        ("class Pigeon: pass", "smsgate_pigeon:Pigeon", "is not a subclass of smsgate.Adapter"),
        ("", "smsgate_pigeon:Pigeon", "cannot be imported: AttributeError"),
        ("", "smsgate_absent:Pigeon", "cannot be imported: ModuleNotFoundError"),
        (
            "import smsgate\nclass Pigeon(smsgate.Adapter): name = 'p'; Settings = smsgate.Settings",
            "smsgate_pigeon:Pigeon",
            "lacks: headers, send",
        ),
        (
            (
                "import smsgate\nclass Pigeon(smsgate.Adapter):\n"
                "    def headers(self): return {}\n    def send(self, message, submission): yield"
            ),
            "smsgate_pigeon:Pigeon",
            "has no Settings that inherit from smsgate.Settings",
        ),
        (
            (
                "import smsgate\nclass Pigeon(smsgate.Adapter):\n    Settings = smsgate.Settings\n"
                "    def headers(self): return {}\n    def send(self, message): yield"
            ),
            "smsgate_pigeon:Pigeon",
            "has a send that does not take (message, submission); upgrade it",
        ),
    ],
)
def test_a_broken_plug_in_is_an_error_in_the_settings_that_name_it(
    publish: Publish, source: str, entry: str, why: str
) -> None:
    publish(source, pigeon=entry)
    with pytest.raises(ConfigError) as raised:
        adapter_named("pigeon")
    assert str(raised.value).startswith(f"adapter 'pigeon' ({entry}) ")
    assert why in str(raised.value)
    assert adapter_named("zoomconnect") is ZoomConnect


def test_the_core_names_no_vendor() -> None:
    core = Path(smsgate.__file__ or "").parent
    vendors = {*installed_adapters()} - {"console", "memory"}
    named = re.compile("|".join([*sorted(vendors), "zoom connect"]), re.IGNORECASE)
    files = [*core.rglob("*.py")]
    assert len(files) > 50
    assert [
        str(file)
        for file in files
        if named.search(file.read_text("utf-8")) or named.search(str(file.relative_to(core)))
    ] == []
