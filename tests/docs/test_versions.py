"""Each page of the site offers the other versions, where there are some."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from docs.site.links import ROOT
from docs.site.versions import write_versions
from tests.browser import browsing
from tests.docs.test_site import served

SCRIPT = ROOT / "docs/site/static/site.js"
PAGE = """<!doctype html>
<html lang="en" data-content_root="{root}"><head><meta charset="utf-8"><title>{title}</title>
<link rel="icon" href="data:,"><script>{script}</script></head>
<body><form class="sidebar-search-container" role="search"><input aria-label="Search"></form></body></html>
"""


def lay(sites: Path, version: str, *names: str) -> None:
    """Write a version of the site with these pages, as the theme makes them."""
    for name in names:
        path = sites / version / name
        path.parent.mkdir(parents=True, exist_ok=True)
        page = PAGE.format(root="../" * name.count("/") or "./", title=f"{version} {name}", script=SCRIPT.read_text())
        path.write_text(page, encoding="utf-8")


@pytest.mark.slow
def test_a_reader_changes_the_version_and_stays_on_the_page_where_that_version_has_it(tmp_path: Path) -> None:
    lay(tmp_path, "1.0.0", "index.html", "how-to/start.html")
    lay(tmp_path, "2.0.0", "index.html", "how-to/start.html", "how-to/new.html")
    with served(tmp_path) as address, browsing() as browser:
        page = browser.new_page()
        page.goto(f"{address}/2.0.0/how-to/start.html")
        page.wait_for_load_state("networkidle")
        assert page.get_by_label("Version").count() == 0
        write_versions(tmp_path)
        page.goto(f"{address}/")
        page.wait_for_url(f"{address}/2.0.0/")
        page.goto(f"{address}/2.0.0/how-to/start.html#from-a-program")
        choice = page.get_by_label("Version")
        assert choice.locator("option").all_inner_texts() == ["2.0.0", "1.0.0"]
        assert choice.input_value() == f"{address}/2.0.0/"
        choice.select_option("1.0.0")
        page.wait_for_url(f"{address}/1.0.0/how-to/start.html#from-a-program")
        assert page.get_by_label("Version").input_value() == f"{address}/1.0.0/"
        page.goto(f"{address}/2.0.0/how-to/new.html")
        page.get_by_label("Version").select_option("1.0.0")
        page.wait_for_url(f"{address}/1.0.0/")
        assert page.title() == "1.0.0 index.html"


def test_the_newest_release_is_the_first_of_the_versions_and_what_is_no_release_the_last(tmp_path: Path) -> None:
    for name in ("main", "1.10.0", "1.9.2", "2.0.0rc1", "a version"):
        lay(tmp_path, name, "index.html")
    (tmp_path / "no version").mkdir()
    command = [sys.executable, str(ROOT / "docs/site/versions.py"), str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "SITE_VERSION": ""})
    assert ended.stdout.splitlines() == ["1.10.0", "1.9.2", "2.0.0rc1", "a version", "main"]
    versions = json.loads((tmp_path / "versions.json").read_text(encoding="utf-8"))
    assert versions[0] == {"name": "1.10.0", "url": "1.10.0/"}
    assert versions[3] == {"name": "a version", "url": "a%20version/"}
    assert "url=1.10.0/" in (tmp_path / "index.html").read_text(encoding="utf-8")
