"""Names of the engines that execute quantized layers, and how a result says which did; torch-free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

ENGINES = ("auto", "kernel", "int8", "reference")
"""Names a user may choose. For each layer `auto` takes the first of the others that is exact for it and made
for this processor.
"""
ENGINE_HELP = (
    "how quantized layers run: the fastest that is exact (auto, the default), the native kernel, torch's "
    "int8 products, or simulated in float (reference, for studies bit by bit)"
)
ATTENTIONS = ("auto", "torch", "kernel", "bfloat16")
"""`auto` is the kernel's float32 attention with the engines that use the kernel, and torch's with the others.
`bfloat16` rounds queries, keys, values and weights: faster, not for comparisons of quality.
"""


def count_engines(engines: Iterable[str]) -> dict[str, int]:
    """Layers by engine, in the order of `ENGINES`; last those whose input a method leaves in float."""
    counted = Counter(engines)
    return {name: counted[name] for name in (*ENGINES, "float") if counted[name]}


def count_reasons(reasons: Iterable[str]) -> dict[str, int]:
    """Layers by why the kernel left them to another engine; an empty reason is none."""
    return dict(Counter(filter(None, reasons)))


def describe_engines(counts: Mapping[str, int], not_by_kernel: Mapping[str, int] | None = None) -> str:
    """`96 layers by kernel`, or `90 of 96 layers by kernel, 6 by reference`; empty without layers.

    Why the kernel left layers to others follows: `(not by kernel: 6 with inputs above 8 bits)`.
    """
    total = sum(counts.values())
    if not total:
        return ""
    (name, count), *rest = counts.items()
    head = f"{count} of {total} layers by {name}" if rest else f"{count} layers by {name}"
    others = (f"{n} with float inputs" if name == "float" else f"{n} by {name}" for name, n in rest)
    why = ", ".join(f"{count} with {reason}" for reason, count in (not_by_kernel or {}).items())
    return ", ".join([head, *others]) + (f" (not by kernel: {why})" if why else "")


def engine_notes(entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """Which engines ran the layers of each variant, and what that says of times; [] without quantized ones.

    Args:
        entries: one a variant, as `evaluate.one_image.entry_of` makes them: `label`; `engines`, layers by
            engine; `not_by_kernel`, why the kernel left layers to others, by number; `kernel`, the build of
            it that was in use; `attention_rounding`, how the operands of attention were rounded. Each but
            the label may be missing or empty.
    """
    told: dict[str, list[str]] = {}
    rounded: dict[str, list[str]] = {}
    used: set[str] = set()
    build = ""
    for entry in entries:
        counts, label = entry.get("engines"), entry["label"]
        build = build or entry.get("kernel", "")
        if counts:
            told.setdefault(describe_engines(counts, entry.get("not_by_kernel")), []).append(label)
            used.update(counts)
        if entry.get("attention_rounding"):
            rounded.setdefault(entry["attention_rounding"], []).append(label)
    if not told:
        return []
    labels = sum(len(names) for names in told.values())
    parts = [text if len(names) == labels else f"{', '.join(names)}: {text}" for text, names in told.items()]
    which = f" (kernel: {build})" if build and "kernel" in used else ""
    real = "" if "reference" in used or rounded else " Times are those of integer products."
    layers = f"Quantized layers: {'; '.join(parts)}{which}.{real}"
    return [layers, *(f"Attention of {', '.join(names)}: {text}." for text, names in rounded.items())]
