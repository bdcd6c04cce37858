"""Runs every Python example of the README and the documentation as a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from smsgate import Gateway
from smsgate.sandbox import Sandbox

SETTINGS = """
default_region = "ZA"
journal = "smsgate.db"
[providers.zoom]
adapter = "zoomconnect"
email = "{email}"
token = "{token}"
base_url = "{base_url}"
[webhooks]
secret = "what-only-the-vendor-knows"
"""


@pytest.fixture(name="gateway")
def _gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """Stand in a folder whose smsgate.toml points at a sandbox, with a gateway opened on it."""
    with Sandbox() as sandbox:
        settings = SETTINGS.format(base_url=sandbox.url("zoomconnect"), **sandbox.credentials("zoomconnect"))
        (tmp_path / "smsgate.toml").write_text(settings, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        with Gateway.from_file("smsgate.toml") as gateway:
            yield gateway


collect_ignore = ["docs/examples"]  # packages of their own; tests/test_example.py installs and tests them


class Documents(Sybil):
    """Keeps a document's examples in one process: each goes on from those above it."""

    def identify(self, example: Example) -> str:
        """Name an example so that --dist=loadgroup takes the document for its group."""
        return f"{super().identify(example)}@{Path(example.path).stem}"


pytest_collect_file = Documents(
    parsers=[PythonCodeBlockParser()],
    patterns=["README.md", "docs/**/*.md"],
    fixtures=["gateway"],
).pytest()
