"""The texts that are measured: several of each kind, so that nothing can be answered from a cache keyed by text."""

import json
import random
from itertools import chain, repeat
from pathlib import Path

# A number in each text makes it another text.
_ENGLISH = "Your parcel {n} is out for delivery today between 9 and 11. Reply STOP to opt out, or call 082 123 4567. "
_MIXED = "Größe {n} für 15 £? Ja, à Genève: ¡Señor Müller, your Ω meter (no A7) is ready @ Åre - Σ 99 £, ñandù. "
_LATIN = "Grüße aus Köln: Ihr Päckchen {n} kommt heute zwischen 9 und 11. Où est-il? ¿Dònde? Là, à còté, señor. "
_RUSSIAN = "Ваш код подтверждения {n}, никому его не сообщайте. Служба доставки, "
_NUMBER_FIRST = "{n} - ваш код подтверждения, никому его не сообщайте. Служба доставки, "
_EMOJI = "Sale {n} today 🎉 all shoes 👟 half price 😀 come early, bring friends 👍🏽 see you ❤️ "


def _texts(source: str, length: int) -> list[str]:
    """Return 16 texts of one length."""
    return [(source * (length // len(source) + 2)).format(n=4711 + number)[:length] for number in range(16)]


WORKLOADS = {
    "20 GSM": _texts(_ENGLISH, 20),
    "160 ASCII": _texts(_ENGLISH, 160),
    "160 Latin-1 GSM": _texts(_LATIN, 160),
    "160 mixed GSM": _texts(_MIXED, 160),
    "155 mixed GSM with €": _texts(_MIXED.replace("£", "€"), 155),
    "70 Cyrillic": _texts(_RUSSIAN, 70),
    "70 Cyrillic, number first": _texts(_NUMBER_FIRST, 70),
    "1,530 GSM": _texts(_ENGLISH, 1530),
    "1,000 emoji mix": _texts(_EMOJI, 1000),
}

# Where peers go wrong: pairs at the edge of a segment, and characters that tables often have wrong.
_TRAPS = [
    ("a" * 152 + "€" + "a" * 152, "GSM-7", 3),
    ("€" * 765, "GSM-7", 11),
    ("Я" * 66 + "😀" + "Я" * 66, "UCS-2", 3),
    ("😀" * 67, "UCS-2", 3),
    ("`" * 80, "UCS-2", 2),
    ("§" * 160, "GSM-7", 1),
    ("ç" * 71, "UCS-2", 2),
]


def cases() -> list[tuple[str, str, int]]:
    """Return what the peers' own tests expect by the standard, and a few more: text, encoding and segments."""
    path = Path(__file__).parents[2] / "tests/text/peer_cases.json"
    found = [case for case in json.loads(path.read_text("utf-8")) if case["kind"] == "segment"]
    return [(case["text"], case["encoding"], case["segments"]) for case in found] + _TRAPS


def campaign(messages: int) -> list[str]:
    """Return messages as campaigns have them: most plain, some accented, Cyrillic, with emoji or long."""
    chance = random.Random(4711)
    kinds = [
        (55, _ENGLISH, 40, 160),
        (15, _LATIN, 40, 160),
        (5, _MIXED.replace("£", "€"), 40, 150),
        (10, _RUSSIAN, 30, 70),
        (5, _ENGLISH.replace("is", "isn\u2019t"), 100, 160),
        (5, _EMOJI, 40, 130),
        (5, _ENGLISH, 200, 600),
    ]
    chosen = chance.choices(kinds, [kind[0] for kind in kinds], k=messages)
    return [
        (source * (most // len(source) + 2)).format(n=number)[: chance.randint(least, most)]
        for number, (_, source, least, most) in enumerate(chosen)
    ]


def over_and_over(texts: list[str], times: int) -> chain[str]:
    """Return the texts several times, without a copy."""
    return chain.from_iterable(repeat(texts, times))
