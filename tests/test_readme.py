"""The README renders on the package index, where no file lies beside it, and names every extra."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from email.parser import Parser
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from zipfile import ZipFile

import pytest

import smsgate

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
REPOSITORY = PROJECT["urls"]["Source"]
PAGES = f"{REPOSITORY}/blob/v{smsgate.__version__}/"
FILES = f"{REPOSITORY.replace('//github.com', '//raw.githubusercontent.com')}/v{smsgate.__version__}/"


class Addresses(HTMLParser):
    """The targets of links, and the addresses of pictures."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.pictures: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a" and (link := found.get("href")):
            self.links.append(link)
        if tag == "img":
            self.pictures.append(found.get("src") or "")


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the description in the metadata of a wheel: what the package index gets."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, str(folder)], check=True, capture_output=True, cwd=ROOT)
    [wheel] = folder.glob("*.whl")
    with ZipFile(wheel) as packed:
        [name] = [name for name in packed.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = Parser().parsestr(packed.read(name).decode())
    assert metadata["Description-Content-Type"] == "text/markdown"
    return str(metadata.get_payload())


@pytest.fixture(scope="module")
def addresses(description: str) -> Addresses:
    """Render the description as the package index does."""
    html = import_module("readme_renderer.markdown").render(description)
    assert html, "the package index cannot render the README"
    return Addresses(html)


def test_on_the_package_index_each_link_and_picture_leads_to_a_file_of_this_version(addresses: Addresses) -> None:
    own = [link for link in addresses.links if not link.startswith("#") and link]
    assert len(own) > 20
    for link in own:
        assert link.startswith(PAGES), f"{link} leads nowhere on the package index"
        assert (ROOT / link.removeprefix(PAGES)).is_file(), link
    assert addresses.pictures
    for picture in addresses.pictures:
        assert picture.startswith(FILES), f"{picture} shows nothing on the package index"
        assert (ROOT / picture.removeprefix(FILES)).is_file(), picture


def test_the_description_has_the_readmes_code_unchanged(description: str) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    code = re.compile(r"```.*?```", re.DOTALL)
    assert code.findall(description) == code.findall(readme) != []


def test_the_readme_names_every_extra() -> None:
    named = re.findall(r"^\| `(\w+)` \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(PROJECT["optional-dependencies"])
