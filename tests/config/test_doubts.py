"""What is allowed in settings and probably not meant."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from smsgate.config.doubts import doubts
from smsgate.config.source import Source

SETTINGS = """
route = ["zoom"]
contacts = "book"
[[routes]]
to = "+1"
providers = ["us"]
[providers.zoom]
adapter = "zoomconnect"
email = "ops@example.com"
token = {{ env = "TOKEN" }}
[providers.us]
adapter = "zoomconnect"
email = "ops@example.com"
token = {token}
[providers.book]
adapter = "zoomconnect"
email = "ops@example.com"
token = {{ env = "TOKEN" }}
[providers.spare]
adapter = "console"
"""


def found(path: Path, token: str, mode: int) -> list[str]:
    path.write_text(SETTINGS.format(token=token), encoding="utf-8")
    path.chmod(mode)
    return [*doubts(Source.read(path, {"TOKEN": "t0ken"}))]


def test_a_provider_that_nothing_names_is_doubtful(tmp_path: Path) -> None:
    unused = "providers.spare: no route names it; add it to `route`, or remove it"
    assert found(tmp_path / "s.toml", '{ env = "TOKEN" }', 0o644) == [unused]
    (tmp_path / "all.toml").write_text('[providers.a]\nadapter = "console"', encoding="utf-8")
    assert [*doubts(Source.read(tmp_path / "all.toml", {}))] == []


@pytest.mark.skipif(os.name == "nt", reason="needs modes of files")
def test_a_secret_that_others_may_read_is_doubtful(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    _, doubt = found(path, '"CANARY-81c2"', 0o640)
    assert doubt == (
        "providers.us.token: a secret is in a file that other users may read (mode 0640); chmod 600 s.toml, "
        'or write { env = "NAME" } there'
    )
    assert len(found(path, '"CANARY-81c2"', 0o600)) == 1


def test_the_environment_has_no_mode() -> None:
    environ = {"SMSGATE_PROVIDERS__A__ADAPTER": "zoomconnect", "SMSGATE_PROVIDERS__A__EMAIL": "a@b.c"}
    source = Source.read(None, {**environ, "SMSGATE_PROVIDERS__A__TOKEN": "t"})
    assert [*doubts(source)] == []


@pytest.mark.parametrize(
    ("answers", "doubt"),
    [
        (
            'stop_answer = "Bye."\nhelp_answer = "Shop."',
            "answers STOP, HELP itself by default, and so do opt_out.stop_answer, opt_out.help_answer",
        ),
        ('start_answer = "Hi."', "answers START itself by default, and so does opt_out.start_answer"),
        ("", None),
    ],
)
def test_an_answer_that_the_vendor_gives_too_is_doubtful(tmp_path: Path, answers: str, doubt: str | None) -> None:
    path = tmp_path / "s.toml"
    path.write_text(
        f'journal = "j.db"\n[opt_out]\n{answers}\n[providers.tel]\nadapter = "telnyx"\napi_key = {{ env = "TOKEN" }}\n'
        '[providers.bulk]\nadapter = "bulksms"\ntoken_id = "x"\ntoken_secret = { env = "TOKEN" }\n',
        encoding="utf-8",
    )
    path.chmod(0o600)
    found = [*doubts(Source.read(path, {"TOKEN": "t0ken"}))]
    ends = "people may get both; leave the answer out of [opt_out], or turn the vendor's off there"
    assert found == ([] if doubt is None else [f"providers.tel: the vendor {doubt}: {ends}"])
