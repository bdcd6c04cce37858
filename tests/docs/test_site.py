"""The site of the documentation is built without a warning, and its pages are fit for every reader."""

from __future__ import annotations

import functools
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from docs.site.links import ROOT, targets
from docs.site.staging import documents
from tests.browser import browsing, grave_problems

PAGES = ("", "how-to/start.html", "reference/command-line.html", "reference/capabilities.html", "404.html")


def build(site: Path) -> None:
    """Build the site as `make docs` does; without Sphinx the test is skipped, and fails in CI."""
    if find_spec("sphinx") is None or find_spec("furo") is None:
        missing = "Sphinx and furo are not installed: pip install --group docs"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    command = [sys.executable, str(ROOT / "docs/build.py"), str(site)]
    ended = subprocess.run(command, env={**os.environ, "SITE_URL": ""}, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


@contextmanager
def served(site: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.slow
def test_the_site_is_built_strictly_with_markdown_beside_its_pages_for_readers_of_every_kind(tmp_path: Path) -> None:
    """All of it in one test, because the building takes most of the time."""
    site = tmp_path / "site"
    build(site)
    pages = {str(page.relative_to(ROOT / "docs")) for page in documents()}
    built = {str(page.relative_to(site)) for page in site.rglob("*.md")}
    assert pages - built == set()
    assert [page for page in built if not (site / page).with_suffix(".html").exists()] == []
    llms = (site / "llms.txt").read_text(encoding="utf-8")
    assert llms.startswith("# smsgate")
    assert [target for target in targets(llms) if not (site / target.partition("#")[0]).exists()] == []
    start = (site / "how-to/start.html").read_text(encoding="utf-8")
    assert "https://github.com/smsgate/smsgate/edit/main/docs/how-to/start.md" in start
    assert '<link rel="alternate" type="text/markdown" title="Markdown" href="start.md">' in start
    assert '<base href="/">' in (site / "404.html").read_text(encoding="utf-8")
    with served(site) as address, browsing() as browser:
        for page in (browser.new_page(color_scheme="light"), browser.new_page(color_scheme="dark")):
            for name in PAGES:
                page.goto(f"{address}/{name}")
                assert (name, grave_problems(page)) == (name, [])
        page.goto(f"{address}/search.html?q=quiet+hours")
        page.wait_for_selector("#search-results li a")
