"""Build the documentation as a site; run by `make docs`. A warning, such as of a broken link, fails.

It is in build/site, in a folder named for its version; ``SITE_VERSION`` gives another name, such as ``main``. Beside it
is ``versions.json``, from which pages offer the other versions. ``python docs/build.py FOLDER`` builds in that folder
alone. ``SITE_URL`` is where it is to be served, with a slash at its end: the address of llms.txt and of the 404 page's
links.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from docs.site.links import BrokenLinkError  # noqa: E402 - found from here on
from docs.site.staging import stage  # noqa: E402
from docs.site.versions import VERSION, write_versions  # noqa: E402

SITES = ROOT / "build/site"


def main(site: Path, sources: Path) -> int:
    """Build the site, with its sources in a folder of their own; return the exit code."""
    for folder in (sources, site):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        stage(sources / "pages", sources / "beside", os.environ.get("SITE_URL", ""))
    except BrokenLinkError as error:
        print(error, file=sys.stderr)
        return 1
    sphinx = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet", "--jobs", "auto"]
    places = ["--conf-dir", ROOT / "docs/site", "--doctree-dir", sources / "doctrees", sources / "pages", site]
    define = f"html_extra_path={sources / 'beside'}"
    code = subprocess.run([*sphinx, "--define", define, *places], check=False).returncode
    if not code:
        (site / ".buildinfo").unlink(missing_ok=True)
        print(f"the site is in {site}")
    return code


if __name__ == "__main__":
    if len(sys.argv) > 1:
        with TemporaryDirectory() as sources:
            sys.exit(main(Path(sys.argv[1]).resolve(), Path(sources) / "site"))
    code = main(SITES / VERSION, SITES.with_name("site-sources"))
    write_versions(SITES)
    sys.exit(code)
