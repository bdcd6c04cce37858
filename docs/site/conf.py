"""The settings of Sphinx; docs/build.py runs it on the staged pages."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[2]))

from sphinx.search import languages
from sphinx.search.en import SearchEnglish

from docs.site.links import REPOSITORY
from docs.site.sidebar import give_tree, seen_from
from docs.site.versions import VERSION

project = "smsgate"
release = version = VERSION
author = "the authors of smsgate"
html_title = f"smsgate {release}"
html_baseurl = os.environ.get("SITE_URL", "")
html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_permalinks_icon = "#"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
extensions = ["myst_parser"]
myst_heading_anchors = 4
nitpicky = True
language = "en"
html_theme_options = {
    "source_repository": f"{REPOSITORY}/",
    "source_branch": "main",
    "source_directory": "docs/",
    "top_of_page_buttons": ["edit"],
}


class _English(SearchEnglish):
    """Finds the stem of each word once: Sphinx would for each page, in one process."""

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__(options)
        self._stems: dict[str, str] = {}

    def stem(self, word: str) -> str:
        if word not in self._stems:
            self._stems[word] = super().stem(word)
        return self._stems[word]


def setup(app: Any) -> dict[str, bool]:  # noqa: ANN401 - Sphinx is not installed everywhere
    """Add what the theme does not have: the address of a page's Markdown, a 404 page that works at any address."""
    languages["en"] = _English
    app.connect("html-page-context", give_tree, priority=100)  # before the theme
    app.connect("html-page-context", _complete, priority=900)  # after the theme
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _complete(_app: object, page: str, _template: str, context: dict[str, Any], document: object) -> None:
    if page == "404":
        base = urlsplit(html_baseurl).path or "/"
        context["metatags"] = f'<base href="{base}">' + context.get("metatags", "")
    elif document is not None:
        markdown = f"{page.rpartition('/')[2]}.md"
        link = f'<link rel="alternate" type="text/markdown" title="Markdown" href="{markdown}">'
        context["metatags"] = context.get("metatags", "") + link
    if tree := context.get("furo_navigation_tree"):  # a heading has a level, or screen readers skip it
        context["furo_navigation_tree"] = seen_from(page, tree).replace(
            'role="heading"', 'role="heading" aria-level="2"'
        )
    if page == "404" or page.startswith("topics/"):
        context["theme_top_of_page_buttons"] = []  # a page without a source of its own
