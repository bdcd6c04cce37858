from __future__ import annotations

import re
from hashlib import sha256
from importlib.resources import files

import pytest

from tests.sandbox.inbox.conftest import Visit

FOLDER = files("smsgate.sandbox.inbox") / "assets"
README = (FOLDER / "README.md").read_text("utf-8")
LISTED = re.findall(r"^\| (\S+) \| (\S+) \| (\S+) \| (\w{64}) \|$", README, re.MULTILINE)


def test_each_script_is_listed_with_its_package_and_licence() -> None:
    assert {name for name, *_ in LISTED} == {file.name for file in FOLDER.iterdir() if file.name.endswith(".js")}
    for _, package, version, _ in LISTED:
        assert f"## Licence of {package}\n" in README
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


@pytest.mark.parametrize(("name", "digest"), [(name, digest) for name, _, _, digest in LISTED])
def test_each_script_is_as_its_package_has_it(name: str, digest: str) -> None:
    assert sha256((FOLDER / name).read_bytes()).hexdigest() == digest


def test_a_page_loads_files_of_the_sandbox_alone_and_has_no_script_or_style_of_its_own(visit: Visit) -> None:
    page = visit("/").text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert [path for path in loaded if not path.startswith(("/", "#"))] == []
    assert re.findall(r"<style|\bstyle=|<script(?! src)|\bon\w+=|javascript:", page) == []
    files_of_page = [path for path in loaded if path.startswith("/assets/")]
    assert {visit(path).status_code for path in files_of_page} == {200}
    assert len(files_of_page) >= 5


def test_a_file_may_be_kept_because_its_address_changes_with_it(visit: Visit) -> None:
    [path] = re.findall(r'<script src="(/assets/htmx[^"]+)"', visit("/").text)
    answer = visit(path)
    assert (answer.headers["Content-Type"], "immutable" in answer.headers["Cache-Control"]) == (
        "text/javascript; charset=utf-8",
        True,
    )
    assert path.endswith(f"?v={sha256(answer.content).hexdigest()[:12]}")


@pytest.mark.parametrize("name", ["README.md", "..%2F__init__.py", "%2Fetc%2Fpasswd", "nothing.css", ""])
def test_no_other_file_is_served(visit: Visit, name: str) -> None:
    assert visit(f"/assets/{name}").status_code == 404
