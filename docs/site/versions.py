"""The versions of the site, each in a folder named for it, side by side in one folder.

``python docs/site/versions.py FOLDER`` writes the folder's ``versions.json``, from which each page offers the others,
and the page that leads to the newest.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[2]))

from smsgate import __version__

VERSION = os.environ.get("SITE_VERSION") or __version__
"""The name of the site's folder, and what pages call it."""
FORWARD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>smsgate</title>
<meta http-equiv="refresh" content="0; url={url}">
<p><a href="{url}">The documentation of smsgate {name}</a></p></html>
"""
_RELEASE = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(.*)")


def write_versions(sites: Path) -> list[str]:
    """Write what leads to the versions in a folder: to each by ``versions.json``, to the newest by ``index.html``.

    Returns their names, the newest release first, then those that are no releases, such as ``main``.
    """
    names = sorted((index.parent.name for index in sites.glob("*/index.html")), key=_place)
    versions = [{"name": name, "url": f"{quote(name)}/"} for name in names]
    sites.mkdir(parents=True, exist_ok=True)
    (sites / "versions.json").write_text(json.dumps(versions, indent=1) + "\n", encoding="utf-8")
    if versions:
        (sites / "index.html").write_text(FORWARD.format(**versions[0]), encoding="utf-8")
    return names


def _place(name: str) -> tuple[object, ...]:
    """Where a version is in the list: releases downwards, one that is final before those that led to it."""
    release = _RELEASE.fullmatch(name)
    if not release:
        return (2, name)
    numbers = tuple(-int(number) for number in release.groups()[:3])
    return (1 if release[4] else 0, *numbers, release[4])


if __name__ == "__main__":
    print("\n".join(write_versions(Path(sys.argv[1]))))
