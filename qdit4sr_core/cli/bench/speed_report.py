"""A table of speeds over full precision in float32, and the sentences that keep it honest."""

from __future__ import annotations

from ...engine_names import describe_engines
from .timing import Timing, speed_cells, table

HEADER = ["case", "median", "times as fast as float32 (quartiles)"]
_BF16 = "bfloat16"


def speed_report(timings: list[Timing], absent: dict[str, str] | None = None) -> list[str]:
    """Lines: a Markdown table with the columns that are known, then what limits and what qualifies them."""
    columns = {
        title: [text(timing) for timing in timings]
        for title, text in _COLUMNS.items()
        if any(text(timing) for timing in timings)
    }
    rows = [[*speed_cells(t), *(cells[i] for cells in columns.values())] for i, t in enumerate(timings)]
    rows += [[name, "n/a", reason, *("" for _ in columns)] for name, reason in (absent or {}).items()]
    lines = [table([*HEADER, *columns], rows)]
    rounds = len(timings[0].seconds)
    lines.append(f"{rounds} rounds in turn, wall clock; a ratio compares cases of the same round.")
    share = timings[0].facts.get("linear_share")
    if share:
        lines.append(
            f"Linears that are quantized take {100 * share:.0f} % of full precision's time. Four times as "
            f"fast there, as int8 is at best, makes the whole {1 / (1 - 0.75 * share):.2f} times as fast; "
            f"the limit is {1 / (1 - share):.2f}."
        )
    return lines + _attention(timings) + _bfloat16(timings)


def _megabytes(name: str, timing: Timing) -> str:
    count = timing.facts.get(name)
    return "" if count is None else f"{count / 1e6:.1f} MB"


def _number(name: str, timing: Timing, decimals: int) -> str:
    value = timing.facts.get(name)
    return "" if value is None else f"{value:.{decimals}f}"


_COLUMNS = {
    "engines": lambda t: describe_engines(t.facts.get("engines", {}), t.facts.get("not_by_kernel")),
    "PSNR to reference [dB]": lambda t: _number("psnr_to_reference", t, 2),
    "PSNR to float32 [dB]": lambda t: _number("psnr_to_full_precision", t, 2),
    "bytes a weight: codes": lambda t: _number("code_bytes_a_weight", t, 2),
    "all": lambda t: _number("bytes_a_weight", t, 2),
    "weights stored": lambda t: _megabytes("weight_bytes", t),
    "tensors held": lambda t: _megabytes("held_bytes", t),
    "peak of a pass": lambda t: _megabytes("peak_bytes", t),
}


def _attention(timings: list[Timing]) -> list[str]:
    """Speeds over full precision with the same attention, for rows whose attention is not torch's."""
    same = next(
        (t for t in timings if t.facts.get("engine") == "float" and t.facts["attention"] == "kernel"), None
    )
    if same is None:
        return []
    told = [
        f"{t.name} {1 / (t.ratio / same.ratio):.2f}"
        for t in timings
        if t.facts.get("attention") == "kernel" and t is not same
    ]
    return [f"Over full precision with the same attention: {', '.join(told)}."] if told else []


def _bfloat16(timings: list[Timing]) -> list[str]:
    """Which rows full precision in bfloat16 is as fast as, and which are faster."""
    half = next((t for t in timings if t.name.endswith(_BF16)), None)
    if half is None:
        return []
    told = [f"{t.name} {half.ratio / t.ratio:.2f}" for t in timings if t.facts.get("engine") == "kernel"]
    return [f"Over full precision in {_BF16} (torch's attention): {', '.join(told)}."] if told else []
