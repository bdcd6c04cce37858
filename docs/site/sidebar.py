"""The navigation at the side of each page, rendered once: Sphinx would render it anew for each, in most of its time."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

ELSEWHERE = "404"
"""A page at the root that the navigation does not have: seen from there, addresses are the pages' names."""

_ITEM = re.compile(
    r'<li class="toctree-l(?P<level>\d)(?P<has_children> has-children)?">'
    r'<a class="reference internal" href="(?P<address>[^"]*)">(?P<title>.*?)</a>(?P<box><input [^>]*(?=/>))?'
)


def give_tree(app: Any, _page: str, _template: str, context: dict[str, Any], _document: object) -> None:  # noqa: ANN401
    """Let the theme have the same navigation for each page, which it then completes once."""
    if "toctree" in context:
        context["toctree"] = lambda **_: _tree(app.builder)


def seen_from(page: str, tree: str) -> str:
    """Return what the theme made of the navigation, with addresses relative to a page, and that page marked.

    What is above the page is marked too, and open.
    """
    marked: set[int] = set()
    above: list[int] = []
    for item in _ITEM.finditer(tree):
        above[int(item["level"]) - 1 :] = [item.start()]
        if item["address"] == f"{page}.html":
            marked |= {*above}
    up = "../" * page.count("/")

    def placed(item: re.Match[str]) -> str:
        is_page, is_marked = item["address"] == f"{page}.html", item.start() in marked
        level, children, box = f"toctree-l{item['level']}", item["has_children"] or "", item["box"] or ""
        classes = f"{level}{' current' * is_marked}{children}{' current-page' * is_page}"
        link = 'class="current reference internal" href="#"'
        if not is_page:
            link = f'class="reference internal" href="{up}{item["address"]}"'
        opened = ' checked=""' if box and is_marked else ""
        return f'<li class="{classes}"><a {link}>{item["title"]}</a>{box}{opened}'

    return _ITEM.sub(placed, tree)


@cache
def _tree(builder: Any) -> str:  # noqa: ANN401
    from sphinx.environment.adapters.toctree import global_toctree_for_doc  # noqa: PLC0415 - only the site's build has it

    options = {"collapse": False, "titles_only": True, "maxdepth": -1, "includehidden": True}
    tree = global_toctree_for_doc(builder.env, ELSEWHERE, builder, tags=builder.tags, **options)
    return str(builder.render_partial(tree)["fragment"])
