"""The page, the plot and the numbers under docs/benchmarks."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

YARDSTICK = 'str.encode("utf-16-be")'
JAVASCRIPT = ("@trt2/gsm-charset-utils", "split-sms", "sms-segments-calculator")
# What is aimed at: at most this many times the yardstick.
AIMS = {
    "160 ASCII": 1.2,
    "160 Latin-1 GSM": 1.5,
    "160 mixed GSM": 2.8,
    "155 mixed GSM with €": 2.8,
    "70 Cyrillic": 1.3,
    "1,530 GSM": 3.0,
}


def write(folder: Path, result: dict[str, Any]) -> None:
    """Add one interpreter's results to those of others, print its table, and draw page and plot anew."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "text.json"
    results = json.loads(path.read_text("utf-8")) if path.exists() else {}
    series = ".".join(result["interpreter"].split(".")[:2])
    results[series] = result
    results = dict(sorted(results.items()))
    path.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print("\n".join(_section(result)))
    page = [_HEAD, *("\n".join(_section(found)).lstrip() + "\n" for found in reversed(results.values()))]
    (folder / "text.md").write_text("\n".join(page), "utf-8")
    _draw(folder / "text.svg", list(results.values())[-1])


_HEAD = """\
# How fast the text engine is

Measured by `make bench`, smsgate and its peers by turns in one run; the JavaScript libraries in Node's own process,
started by the same run. The machine was shared with other work: processor time is shown, the best of fifty short
rounds. Numbers still differ between runs, so the tables show ratios: how many times as long as smsgate each takes (the
nanoseconds are in `text.json`). Each workload is 16 different texts; smsgate keeps no answers by text. What "right"
means: how many of the texts in `tests/text/peer_cases.json` and a few traps are counted with the right encoding and
number of segments; a library is called right if it makes no error (the empty text is not counted). `gsm0338` only has
a codec: the obvious counter was written around it. Of `smssafe` only the counting step is timed, of
`python-gsmmodem-new` what its `encodeSmsSubmitPdu` does before it writes a PDU.

Where it misses an aim: an ASCII or Latin-1 text costs one `bytes.translate`, about half a nanosecond a character, and
nothing faster was found in the standard library; any other text costs one charmap lookup a character. A peer that takes
`len(text)` for the length is faster on emoji, and wrong.

![smsgate and its peers](text.svg)
"""


def _section(result: dict[str, Any]) -> list[str]:
    return [
        f"\n## {result['interpreter']}, Node {result['node']}\n",
        *_aims(result),
        "\n### Encoding and segments, as a multiple of smsgate's time\n",
        *_table(result["nanoseconds"], result),
        "\n### Septets of 160 characters, as a multiple of smsgate's time\n",
        *_table(result["operations"], result),
        "\n### A million mixed messages\n",
        *_campaign(result["million"]),
    ]


def _aims(result: dict[str, Any]) -> list[str]:
    rows = [*_yardstick_aims(result), *_peer_aims(result), *_operation_aims(result)]
    million = result["million"]["nanoseconds"]["smsgate"]
    rows.append(("a million mixed messages, each", "< 800 ns", f"{million:.0f} ns", million < 800))
    return [
        "| aim | wanted | measured | |",
        "|---|---|---|---|",
        *(
            f"| {aim} | {wanted} | {measured} | {'met' if met else '**missed**'} |"
            for aim, wanted, measured, met in rows
        ),
    ]


def _yardstick_aims(result: dict[str, Any]) -> list[tuple[str, str, str, bool]]:
    rows = []
    for workload, most in AIMS.items():
        times = result["nanoseconds"][workload]
        ratio = times["smsgate"] / times[YARDSTICK]
        rows.append((f"{workload}, against `{YARDSTICK}`", f"≤ {most} x", f"{ratio:.2f} x", ratio <= most))
    return rows


def _peer_aims(result: dict[str, Any]) -> list[tuple[str, str, str, bool]]:
    rows = []
    for workload in ("160 ASCII", "160 mixed GSM"):
        times = result["nanoseconds"][workload]
        others = times.keys() - {"smsgate", YARDSTICK}
        right = {name for name in others if result["right"][name][0] == result["right"][name][1]}
        for who, names, least in (
            ("the fastest Python peer", others - {*JAVASCRIPT}, 20),
            ("the fastest right Python peer", right - {*JAVASCRIPT}, 100),
            ("the fastest right JavaScript peer", right & {*JAVASCRIPT}, 3),
        ):
            name = min(names, key=times.__getitem__)
            ratio = times[name] / times["smsgate"]
            rows.append((f"{workload}, {who} ({name})", f"≥ {least} x", f"{ratio:.1f} x", ratio >= least))
    return rows


def _operation_aims(result: dict[str, Any]) -> list[tuple[str, str, str, bool]]:
    rows = []
    for operation, times in result["operations"].items():
        name = min(times.keys() - {"smsgate"}, key=times.__getitem__)
        ratio = times[name] / times["smsgate"]
        rows.append((f"{operation}, the fastest Python peer ({name})", "≥ 10 x", f"{ratio:.1f} x", ratio >= 10))
    return rows


def _table(times: dict[str, dict[str, float]], result: dict[str, Any]) -> list[str]:
    names = list(dict.fromkeys(name for row in times.values() for name in row))
    lines = [f"| | right | {' | '.join(times)} |", f"|---|---|{'---|' * len(times)}"]
    for name in names:
        cells = [f"{row[name] / row['smsgate']:,.1f}" if name in row else "" for row in times.values()]
        mark = "/".join(map(str, result["right"][name])) if name in result["right"] else ""
        version = result["versions"].get(name, "")
        lines.append(f"| {f'{name} {version}' if version else f'`{name}`'} | {mark} | {' | '.join(cells)} |")
    return lines


def _campaign(million: dict[str, Any]) -> list[str]:
    peaks = " and ".join(f"{octets:,} octets at {count}" for count, octets in million["peak octets"].items())
    times = million["nanoseconds"].items()
    return [
        "| | as a multiple of smsgate's time |",
        "|---|---|",
        *(f"| {name} | {value / million['nanoseconds']['smsgate']:,.1f} |" for name, value in times),
        f"\nsmsgate by `analyse_many(...).totals()`; its peak of memory is {peaks}. The peers count a sample of 3,000.",
    ]


def _draw(path: Path, result: dict[str, Any]) -> None:
    mpl = import_module("matplotlib")
    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "smsgate"
    pyplot = import_module("matplotlib.pyplot")

    workloads = result["nanoseconds"]
    names = list(dict.fromkeys(name for row in workloads.values() for name in row))
    figure, axes = pyplot.subplots(figsize=(11, 5.5), layout="constrained")
    width = 0.85 / len(names)
    for number, name in enumerate(names):
        places = [at + number * width for at, row in enumerate(workloads.values()) if name in row]
        values = [row[name] / row["smsgate"] for row in workloads.values() if name in row]
        colour = {"smsgate": "#c1121f", YARDSTICK: "#8d99ae"}.get(name) or f"C{number}"
        axes.bar(places, values, width, label=name, color=colour)
    axes.set_yscale("log")
    axes.set_ylabel("times as long as smsgate (less is better)")
    axes.set_xticks([at + 0.4 for at in range(len(workloads))], list(workloads), rotation=15)
    axes.set_title(f"Encoding and segments of a text: {result['interpreter']}, Node {result['node']}")
    axes.legend(fontsize=8, ncols=2)
    figure.savefig(path, metadata={"Date": None})
