"""The navigation at the side of each page, rendered once: Sphinx would render it anew for each, in most of its time."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

ELSEWHERE = "404"
"""A page at the root that the navigation does not have: seen from there, addresses are the pages' names."""

_ITEM = re.compile(r'<li class="toctree-l(\d)"><a class="reference internal" href="([^"]*)">')


def give_tree(app: Any, page: str, _template: str, context: dict[str, Any], _document: object) -> None:  # noqa: ANN401
    """Let the theme have the navigation as seen from a page."""
    if "toctree" in context:
        context["toctree"] = lambda **_: seen_from(page, _tree(app.builder))


def seen_from(page: str, tree: str) -> str:
    """Return the navigation with addresses relative to a page, and that page and those above it marked."""
    marked: set[int] = set()
    above: list[int] = []
    for item in _ITEM.finditer(tree):
        above[int(item[1]) - 1 :] = [item.start()]
        if item[2] == f"{page}.html":
            marked |= {*above}
    up = "../" * page.count("/")

    def placed(item: re.Match[str]) -> str:
        current, address = " current" if item.start() in marked else "", f"{up}{item[2]}"
        if item[2] == f"{page}.html":
            return f'<li class="toctree-l{item[1]} current"><a class="current reference internal" href="#">'
        return f'<li class="toctree-l{item[1]}{current}"><a class="reference internal" href="{address}">'

    return _ITEM.sub(placed, tree)


@cache
def _tree(builder: Any) -> str:  # noqa: ANN401
    from sphinx.environment.adapters.toctree import global_toctree_for_doc  # noqa: PLC0415 - only the site's build has it

    options = {"collapse": False, "titles_only": True, "maxdepth": -1, "includehidden": True}
    tree = global_toctree_for_doc(builder.env, ELSEWHERE, builder, tags=builder.tags, **options)
    return str(builder.render_partial(tree)["fragment"])
