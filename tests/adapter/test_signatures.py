"""The building blocks of signed webhooks, against the vectors that their standards publish."""

from __future__ import annotations

import pickle
import sys
from base64 import b64encode, urlsafe_b64decode
from datetime import UTC, datetime

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from smsgate import ConfigError, WebhookError
from smsgate.adapter.signatures import (
    Ed25519Key,
    HmacKey,
    JwtKey,
    check_same,
    from_base64,
    from_hex,
    read_timestamp,
)

SECRET = "a-secret-of-the-tests-that-is-long" * 2
RFC_4231 = {
    "1": (
        b"\x0b" * 20,
        b"Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        (
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
            "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"
        ),
    ),
    "2": (
        b"Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        (
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
            "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
        ),
    ),
    "3": (
        b"\xaa" * 20,
        b"\xdd" * 50,
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        (
            "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39"
            "bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb"
        ),
    ),
    "4": (
        bytes(range(1, 26)),
        b"\xcd" * 50,
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        (
            "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db"
            "a91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd"
        ),
    ),
    "6": (
        b"\xaa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        (
            "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
            "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"
        ),
    ),
}
"""HMAC-SHA-256 and -512: key, content and both results (RFC 4231, section 4; 5 is of a truncated HMAC)."""
RFC_8032 = {
    "1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    "2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    "3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
}
"""Ed25519: public key, content, signature (RFC 8032, section 7.1)."""
RFC_7515_KEY = urlsafe_b64decode(
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow=="
)
RFC_7515 = (
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)
"""A token of HS256 (RFC 7515, appendix A.1)."""


def refused(*said: str) -> pytest.RaisesExc[WebhookError]:
    return pytest.RaisesExc(WebhookError, match="|".join(said), check=lambda error: error.status == 403)


# HMAC ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", RFC_4231.values(), ids=RFC_4231.keys())
def test_hmac_is_that_of_rfc_4231(vector: tuple[bytes, bytes, str, str]) -> None:
    key, content, sha256, sha512 = vector
    HmacKey(key).check(content, from_hex(sha256))
    HmacKey(key, digest="sha512").check(content, from_hex(sha512))
    HmacKey(b"another", key).check(content, from_hex(sha256.upper()))
    with refused("wrong"):
        HmacKey(key).check(content + b" ", from_hex(sha256))
    with refused("wrong"):
        HmacKey(key + b"x").check(content, from_hex(sha256))


@pytest.mark.parametrize("given", [b"", b"\xb0", bytes(31), bytes(32), bytes(33)])
def test_a_part_of_an_hmac_is_no_hmac(given: bytes) -> None:
    right = from_hex(RFC_4231["1"][2])
    for each in (given, right[: len(given)] if len(given) < 32 else right + b"\0", right[:-1], right[1:]):
        with refused("wrong"):
            HmacKey(b"\x0b" * 20).check(b"Hi There", each)


# Ed25519 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", RFC_8032.values(), ids=RFC_8032.keys())
def test_ed25519_is_that_of_rfc_8032(vector: tuple[str, str, str]) -> None:
    public, content, signature = map(bytes.fromhex, vector)
    for key in (Ed25519Key(public), Ed25519Key(b64encode(public).decode())):
        key.check(content, signature)
        for wrong in (signature[:-1], signature + b"\0", bytes(64), b"", signature[32:] + signature[:32]):
            with refused("wrong"):
                key.check(content, wrong)
        with refused("wrong"):
            key.check(content + b"\0", signature)


@pytest.mark.parametrize("key", ["", "x", "AAAA", b"", bytes(31), bytes(33), "ä", "A" * 43])
def test_what_is_no_public_key_is_refused_at_once(key: str | bytes) -> None:
    with pytest.raises(ConfigError, match="32 bytes"):
        Ed25519Key(key)


# JWT -----------------------------------------------------------------------------------------------------------------


def test_a_token_is_read_as_in_rfc_7515() -> None:
    claims = {"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True}
    assert JwtKey(RFC_7515_KEY).read(RFC_7515) == claims
    assert JwtKey("another", RFC_7515_KEY).read(RFC_7515) == claims


def token(*, secret: str = SECRET, algorithm: str | None = "HS256", **headers: object) -> str:
    key = secret if algorithm else ""
    return jwt.encode({"iat": 1}, key, algorithm, headers=headers)


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "x",
        "a.b",
        "a.b.c",
        "..",
        RFC_7515[:-1],
        RFC_7515[:-2] + "AA",
        RFC_7515.rpartition(".")[0] + ".",
        RFC_7515.rpartition(".")[0],
        token(algorithm=None),
        token(algorithm="HS384"),
        token(algorithm="HS512"),
        token(secret=SECRET + "x"),
        token(b64=False, crit=["b64"]),
        token(crit=["exp2"]),
        "ä" + token(),
        "\udc80" + token(),
    ],
)
def test_a_token_that_is_not_signed_by_the_vendor_is_refused(forged: str) -> None:
    with refused("missing, or wrong"):
        JwtKey(SECRET).read(forged)


@pytest.mark.parametrize("payload", [b"[]", b"1", b"{", b'{"a": 1, "a": 2}', b"\xff", b'{"a": NaN}', b"[" * 5000])
def test_a_token_whose_claims_cannot_be_read_is_refused(payload: bytes) -> None:
    signed = jwt.PyJWS().encode(payload, SECRET, "HS256")
    with refused("has no claims"):
        JwtKey(SECRET).read(signed)


def test_a_short_secret_of_the_vendors_is_used_without_a_warning() -> None:
    with pytest.warns(match="below the minimum"):
        signed = token(secret="short")
    assert JwtKey("short").read(signed) == {"iat": 1}


# All -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [HmacKey, JwtKey])
@pytest.mark.parametrize("secrets", [(), ("",), (b"",), (SECRET, "")])
def test_an_empty_secret_by_which_anyone_could_sign_is_refused(kind: type[HmacKey], secrets: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match="is empty"):
        kind(*secrets)


def test_a_public_key_is_no_secret() -> None:
    with pytest.raises(ConfigError, match="copy it from the vendor"):
        JwtKey("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----")


@pytest.mark.parametrize("key", [HmacKey(SECRET), JwtKey(SECRET), Ed25519Key(bytes.fromhex(RFC_8032["1"][0]))])
def test_keys_do_not_show_and_are_not_pickled(key: HmacKey | JwtKey | Ed25519Key) -> None:
    assert SECRET not in repr(key)
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(key)


@pytest.mark.parametrize(
    ("missing", "make", "package"),
    [
        ("cryptography.hazmat.primitives.asymmetric.ed25519", lambda: Ed25519Key(bytes(32)), "cryptography"),
        ("jwt", lambda: JwtKey(SECRET), "pyjwt"),
    ],
)
def test_without_the_extra_the_settings_are_wrong(
    monkeypatch: pytest.MonkeyPatch, missing: str, make: type, package: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ConfigError, match=rf"needs the package {package}; try: pip install 'smsgate\[signatures\]'"):
        make()


@pytest.mark.parametrize("text", ["xyz", "a", "ä", "\udc80"])
def test_what_is_not_written_as_a_signature_is_refused(text: str) -> None:
    for read in (from_hex, from_base64):
        with refused("missing, or not in"):
            read(text)
    assert (from_hex("0aFF"), from_base64("Cv8=")) == (b"\x0a\xff", b"\x0a\xff")


def test_a_digest_is_compared_as_a_whole() -> None:
    check_same("abc", "abc")
    for given in ("", "ab", "abcd", "ABC", "\udc80"):
        with refused("another content"):
            check_same(given, "abc")


def test_a_time_is_seconds_since_1970() -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    for written in (noon.timestamp(), int(noon.timestamp()), f"{noon.timestamp():.0f}"):
        assert read_timestamp(written) == noon


@pytest.mark.parametrize("value", ["", "x", "-1", "1.5", "²", "9" * 5000, None, True, [], {}, 1e300, float("nan")])
def test_what_is_no_time_is_refused(value: object) -> None:
    with refused("has no time"):
        read_timestamp(value)


def test_a_key_that_was_made_by_the_library_is_accepted() -> None:
    private = Ed25519PrivateKey.generate()
    Ed25519Key(private.public_key().public_bytes_raw()).check(b"content", private.sign(b"content"))
