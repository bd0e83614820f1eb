"""One linear and one attention alone, at the sizes of a model, over torch's in float32."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...engines.kernel.attention import attend, attention_runs
from ...models.config import DiT4SRConfig
from ...progress import Progress, ignore_progress
from ...quantize.apply import make_plan, quantize_source
from ...quantize.methods.q_dit4sr import QDiT4SR
from ...quantize.targets import LayerSource
from .engine_cases import has_fast_bfloat16
from .timing import Timing, interleaved


def time_operations(
    config: DiT4SRConfig, tokens: int, rounds: int, progress: Progress = ignore_progress
) -> list[list[Timing]]:
    """The widest linear (into the feed-forward) by Q-DiT4SR W4A4, and the joint attention, each over float32.

    Args:
        config: whose width and heads.
        tokens: rows of the linear and of the attention.
        rounds: measurements.
        progress: as everywhere.
    """
    generator = torch.Generator().manual_seed(0)
    width, hidden, heads = config.width, 4 * config.width, config.num_attention_heads
    x = torch.randn(tokens, width, generator=generator)
    linear = nn.Linear(width, hidden).requires_grad_(False)
    linears: dict[str, Callable[[], Any]] = {
        f"linear {tokens} x {width} x {hidden}, float32": lambda: linear(x)
    }
    if has_fast_bfloat16():
        half, narrow = nn.Linear(width, hidden).bfloat16().requires_grad_(False), x.bfloat16()
        linears["bfloat16"] = lambda: half(narrow)
    method = QDiT4SR(vasmp=False, vatmp=False)
    source = LayerSource("transformer_blocks.0.ff", (hidden, width), lambda: (linear.weight, linear.bias))
    plan = make_plan(method, [source], width, None)
    for engine in ("reference", "int8", "kernel"):
        layer = quantize_source(method, source, plan, None)
        layer.keep_operands(True)
        layer.set_engine(engine)
        if layer.engine == engine:
            linears[f"Q-DiT4SR W4A4, {engine}"] = lambda layer=layer: layer(x)  # type: ignore[misc]
    query, key, value = (torch.randn(1, heads, tokens, width // heads, generator=generator) for _ in range(3))
    name = f"attention, {heads} heads of {width // heads}, {tokens} tokens, float32"
    attentions: dict[str, Callable[[], Tensor]] = {
        name: lambda: F.scaled_dot_product_attention(query, key, value)
    }
    if attention_runs() and width // heads == 64:
        attentions["the kernel's, float32"] = lambda: attend(query, key, value)
        if attention_runs(bfloat16=True):
            attentions["the kernel's, bfloat16 (an option, with loss)"] = lambda: attend(
                query, key, value, True
            )
    return [interleaved(cases, rounds, progress=progress) for cases in (linears, attentions) if cases]
