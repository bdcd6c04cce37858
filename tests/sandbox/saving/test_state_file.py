"""The file that keeps a state: what is refused at the start, and what a failure leaves behind."""

from __future__ import annotations

import json
import os
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgate.model.errors import ConfigError
from smsgate.sandbox import Sandbox
from tests.separate_process import run_program

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def send(sandbox: Sandbox, text: str = "Hello") -> None:
    known = sandbox.credentials("twilio")
    form = {"To": "+27821234567", "From": "+15005550006", "Body": text}
    auth = (known["account_sid"], known["auth_token"])
    requests.post(f"{sandbox.url('twilio')}/Messages.json", data=form, auth=auth, timeout=10).raise_for_status()


def used(path: Path) -> dict[str, Any]:
    """Return what the file of a sandbox has that was used at each vendor."""
    with Sandbox(state=path) as sandbox:
        send(sandbox)
        for vendor in ("bulksms", "salesmsg", "telnyx", "twilio", "vonage", "zoomconnect"):
            sandbox.receive(vendor, "+27821234567", "Yes")
        sandbox.call_back("twilio", "http://127.0.0.1:9/hook")
        sandbox.add_template("zoomconnect", "Greeting", "Hello")
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document


@pytest.fixture(name="document", scope="module")
def _document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return used(tmp_path_factory.mktemp("used") / "sandbox.json")


def complaint(path: Path) -> str:
    """Return the line with which a sandbox refuses its file, which stays as it was."""
    before = path.read_bytes()
    with pytest.raises(ConfigError) as caught:
        Sandbox(state=path)
    assert path.read_bytes() == before
    [line] = str(caught.value).splitlines()
    assert line.startswith(f"state file {str(path)!r}: ")
    return line.removeprefix(f"state file {str(path)!r}: ")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("hello", "is no JSON"),
        ('{"format": ', "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("1" * 5_000, "is no JSON"),
        ("[]", "is no state of a sandbox"),
        ('{"name": "smsgate"}', "is no state of a sandbox"),
        ('{"format": "smsgate sandbox", "version": 2, "state": {}}', "has version 2, and this smsgate reads version 1"),
        ('{"format": "smsgate sandbox", "version": true, "state": {}}', "has version True"),
        ('{"format": "smsgate sandbox", "version": 1}', "must be an object"),
        ('{"format": "smsgate sandbox", "version": 1, "state": {}}', "the field 'at' is missing @ $.at"),
    ],
)
def test_what_is_no_state_is_refused_in_one_line_and_stays(tmp_path: Path, content: str, why: str) -> None:
    path = tmp_path / "sandbox.json"
    path.write_text(content, "utf-8")
    assert complaint(path).startswith(why)


def test_what_an_application_nests_too_deeply_is_not_written_and_breaks_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "sandbox.json"
    deep: Any = "http://127.0.0.1/picture.png"
    for _ in range(500):
        deep = [deep]
    with Sandbox(state=path) as sandbox:
        headers = {"Authorization": f"Bearer {sandbox.credentials('telnyx')['api_key']}"}
        message = {"to": "+27821234567", "from": "+13125550001", "media_urls": [deep]}
        requests.post(f"{sandbox.url('telnyx')}/messages", json=message, headers=headers, timeout=10).raise_for_status()
        assert len(sandbox.texts) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"smsgate: state file {str(path)!r}: cannot be written (")
    with Sandbox(state=path) as sandbox:
        assert sandbox.texts == ()


def test_a_place_that_is_no_file_or_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for name, why in (("folder", "is not a file"), ("missing/file", "cannot be locked (No such file or directory)")):
        with pytest.raises(ConfigError) as caught:
            Sandbox(state=tmp_path / name)
        assert why in str(caught.value)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigError, match="is not a file"):
        Sandbox(state=tmp_path / "pipe")


@given(JSON)
@settings(max_examples=50, deadline=None)
def test_any_json_is_refused_in_one_line(spare: Path, value: object) -> None:
    refused(spare, value)
    refused(spare, {"format": "smsgate sandbox", "version": 1, "state": value})


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_state_with_any_wrong_value_is_refused_in_one_line_or_taken(
    spare: Path, document: dict[str, Any], data: st.DataObject
) -> None:
    changed = deepcopy(document)
    places = [*places_in(changed["state"])]
    for container, key in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3)):
        container[key] = data.draw(JSON)
    refused(spare, changed)


def places_in(value: Any) -> Any:
    """Yield each container in a value with each of its keys or places."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield value, key
        yield from places_in(item)


@pytest.fixture(name="spare", scope="module")
def _spare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one file for all examples."""
    return tmp_path_factory.mktemp("spare") / "sandbox.json"


def refused(path: Path, value: object) -> None:
    """Check that a sandbox says in one line what is wrong with a value, if anything is."""
    path.write_text(json.dumps(value), "utf-8")
    written = path.read_bytes()
    try:
        Sandbox(state=path).close()
    except ConfigError as error:
        said = str(error)
    else:
        return
    assert len(said.splitlines()) == 1, said
    assert path.read_bytes() == written


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from smsgate.sandbox import Sandbox
from tests.sandbox.saving.test_state_file import send

path = Path(sys.argv[1])
sandbox = Sandbox(state=path)
sandbox.start()
send(sandbox, "first")
sandbox.close()
sandbox.start()
whole = path.read_bytes()
resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole), len(whole)))  # as a full disk: no larger file can be written
send(sandbox, "second")
assert len(sandbox.texts) == 2
sandbox.close()
assert path.read_bytes() == whole
assert sorted(each.name for each in path.parent.iterdir()) == ["sandbox.json", "sandbox.json.lock"]
resource.setrlimit(resource.RLIMIT_FSIZE, (10, len(whole)))
try:
    Sandbox(state=path)
except Exception as error:
    print(error)
assert path.read_bytes() == whole
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a limit of the system that Windows has not")
def test_on_a_full_disk_the_sandbox_goes_on_and_the_file_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.json"
    ended = run_program(FULL_DISK, path)
    line = f"state file {str(path)!r}: cannot be written (File too large)\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, line, f"smsgate: {line}")
    with Sandbox(state=path) as sandbox:
        assert [text.text for text in sandbox.texts] == ["first"]
