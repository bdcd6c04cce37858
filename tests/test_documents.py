"""Every Python example of the README and the documentation runs; each goes on from those above it in its document.

The programs of the tutorial are run by tests/docs/test_tutorial.py, as they are files of one folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sybil import Document, Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from smsgate import Gateway
from smsgate.sandbox import Sandbox

ROOT = Path(__file__).parent.parent
SYBIL = Sybil(parsers=[PythonCodeBlockParser()], path=str(ROOT))
DOCUMENTS: dict[str, Document] = {
    str(path.relative_to(ROOT)): document
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
    if path.parent.name != "tutorial"
    if [*(document := SYBIL.parse(path)).examples()]
}
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
COMMENT = re.compile(r"^ *print\(.*\)  # (.*)$", re.MULTILINE)
BELOW = re.compile(r"\n\n```text\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXPLAINED = {
    "(\"row 3: 'none' is not a phone number: ...\",): the first ten",
    "None until the first report",
    "the next vendor was not asked: the person could get two texts",
    "the price at b is now 0.09 EUR and the plan says 0.07 EUR; make a new plan",  # tests/routing has it
}
"""Comments behind `print` that are not what the example prints here, or not the whole of it."""


@contextmanager
def _gateway(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """Stand in a folder whose smsgate.toml points at a sandbox, with a gateway opened on it."""
    folder.mkdir()
    with Sandbox() as sandbox:
        settings = SETTINGS.format(base_url=sandbox.url("zoomconnect"), **sandbox.credentials("zoomconnect"))
        (folder / "smsgate.toml").write_text(settings, encoding="utf-8")
        monkeypatch.chdir(folder)
        with Gateway.from_file("smsgate.toml") as gateway:
            yield gateway


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_examples_of_a_document_run_and_print_what_they_show(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for example in DOCUMENTS[name].examples():
        with _gateway(tmp_path / f"line {example.line}", monkeypatch) as gateway:
            example.namespace["gateway"] = gateway
            example.evaluate()
        printed = varying(capsys.readouterr().out)
        for comment in COMMENT.findall(str(example.parsed)):
            if comment not in EXPLAINED:
                assert f"{varying(comment)}\n" in printed, f"{name}:{example.line}: {printed}"
        if below := BELOW.match(DOCUMENTS[name].text, example.region.end):
            assert varying(below[1]) == printed, f"{name}:{example.line}: {printed}"


def varying(text: str) -> str:
    """Return a text without what differs from one run to the next: numbers, times and ids."""
    return re.sub(r"[\w+:-]*\d(?:[\w.:-]*\w)?\.*", "#", text)
