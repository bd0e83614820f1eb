"""The rows of a speed table: full precision in its forms, and every quantized variant on every engine."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch

from ...engine_names import count_engines, count_reasons
from ...engines import choose_attention, kernel
from ...engines.kernel.attention import attention_runs
from ...models.dit4sr import DiT4SR
from ...quantize import quantized_layers
from ...quantize.apply import share_copy

FLOAT = "float32"


@dataclass(frozen=True, eq=False)
class EngineCase:
    """One transformer, set to one engine and one attention."""

    name: str
    transformer: DiT4SR
    variant: str
    engine: str
    """`float` for full precision."""
    attention: str

    def facts(self) -> dict[str, Any]:
        """What a table says of the case; bytes are those held now, so ask after a run."""
        layers = quantized_layers(self.transformer).values()
        engines = count_engines(layer.executed_by for layer in layers)
        return {
            "variant": self.variant,
            "engine": self.engine,
            "engines": engines,
            "not_by_kernel": count_reasons(layer.not_by_kernel for layer in layers),
            "attention": self.attention,
            "layers": sum(engines.values()),
            "bytes_a_weight": bytes_a_weight(self.transformer),
            "code_bytes_a_weight": code_bytes_a_weight(self.transformer),
        }


def has_fast_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 numbers in hardware; elsewhere it is slower than float32."""
    if kernel.available():
        return "bfloat16" in kernel.describe()
    return torch.backends.mkldnn.is_available() and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def full_precision_cases(model: DiT4SR) -> list[EngineCase]:
    """float32; float32 with the attention that the kernel engine has; bfloat16 where the processor has it."""
    cases = [_full(share_copy(model), "torch", f"Full precision, {FLOAT}")]
    if attention_runs():
        cases.append(_full(share_copy(model), "kernel", f"Full precision, {FLOAT}, the kernel's attention"))
    if next(model.parameters()).device.type == "cpu" and has_fast_bfloat16():
        cases.append(_full(copy.deepcopy(model).to(torch.bfloat16), "torch", "Full precision, bfloat16"))
    return cases


def _full(transformer: DiT4SR, attention: str, name: str) -> EngineCase:
    return EngineCase(name, transformer, "fp", "float", choose_attention(transformer, attention))


def quantized_cases(label: str, key: str, model: DiT4SR, engines: Iterable[str] = ()) -> list[EngineCase]:
    """A quantized model by the reference, torch's int8 and the kernel, as far as any layer takes them."""
    cases = []
    for engine in engines or ("reference", "int8", "kernel"):
        if engine == "kernel" and not kernel.available():
            continue
        transformer = share_copy(model)
        for layer in quantized_layers(transformer).values():
            layer.set_engine(engine)
        attention = choose_attention(transformer, "auto", engine)
        case = EngineCase(f"{label}, {engine}", transformer, key, engine, attention)
        if engine in case.facts()["engines"]:
            cases.append(case)
    return cases


def bytes_a_weight(transformer: DiT4SR) -> float | None:
    """Bytes in memory of the quantized layers over their number of weights; None for full precision."""
    layers = quantized_layers(transformer).values()
    weights = sum(layer.in_features * layer.out_features for layer in layers)
    held = {t.untyped_storage().data_ptr(): t.nbytes for layer in layers for t in layer.held_tensors()}
    return sum(held.values()) / weights if weights else None


def code_bytes_a_weight(transformer: DiT4SR) -> float | None:
    """Of these, what the codes take."""
    layers = quantized_layers(transformer).values()
    weights = sum(layer.in_features * layer.out_features for layer in layers)
    return sum(layer.code_bytes for layer in layers) / weights if weights else None
