"""Speed and memory of the published architecture at full width, with random weights and any depth."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from ...errors import SettingsError
from ...models.checkpoint import empty_transformer
from ...models.config import TEXT_TOKENS, DiT4SRConfig
from ...models.dit4sr import DiT4SR
from ...models.memory import peak_bytes, reset_peak
from ...process_memory import resident_bytes
from ...progress import Progress, ignore_progress
from ...quantize import quantize, quantized_layers
from ...quantize.artifact.format import weight_bytes
from ...quantize.layer.residency import choose_residency
from ...quantize.variants import parse_variants
from .engine_cases import EngineCase, full_precision_cases, quantized_cases
from .timing import Timing, interleaved

FULL_DEPTH = 24
TIME_LIMIT = 150.0
"""Seconds after which no further round is begun."""
OTHERS = ("diffusers", "torchao")
_SD3_FIELDS = (
    "sample_size", "patch_size", "in_channels", "out_channels", "num_layers", "qk_norm",
    "num_attention_heads", "attention_head_dim", "joint_attention_dim", "caption_projection_dim",
    "pooled_projection_dim", "pos_embed_max_size", "dual_attention_layers",
)  # fmt: skip


def shallow_config(layers: int) -> DiT4SRConfig:
    """The published configuration with fewer blocks, dual attention in the same share of them.

    The position table is cut to the grid of a 512 x 512 result. Raises `SettingsError` for more blocks than
    the model has, or none.
    """
    if not 1 <= layers <= FULL_DEPTH:
        raise SettingsError(f"The number of layers must be from 1 to {FULL_DEPTH}, but it is {layers}.")
    dual = max(1, round(13 * layers / FULL_DEPTH))
    return DiT4SRConfig(num_layers=layers, dual_attention_layers=tuple(range(dual)), pos_embed_max_size=32)


def random_inputs(config: DiT4SRConfig, batch: int, device: torch.device, dtype: torch.dtype) -> list[Tensor]:
    """Noisy latent, LR latent, timestep, text and pooled text of a 512 x 512 result."""
    generator = torch.Generator().manual_seed(0)
    channels, text, pooled = config.in_channels, config.joint_attention_dim, config.pooled_projection_dim
    shapes = [
        (batch, channels, 64, 64),
        (batch, channels, 64, 64),
        (batch, TEXT_TOKENS, text),
        (batch, pooled),
    ]
    latent, lr, tokens, vector = (
        torch.randn([int(n or 0) for n in shape], generator=generator).to(device, dtype) for shape in shapes
    )
    return [latent, lr, torch.full((batch,), 500.0, device=device), tokens, vector]


def time_published(
    variants: str,
    *,
    layers: int = 2,
    rounds: int = 3,
    device: str | None = None,
    others: tuple[str, ...] = (),
    absent: dict[str, str] | None = None,
    progress: Progress = ignore_progress,
) -> list[Timing]:
    """One guided forward pass (batch 2 on a GPU, 1 on the CPU) by full precision, every variant and engine.

    Args:
        variants: see `qdit4sr_core.quantize.variants`; methods that need no calibration.
        layers: depth, 24 for the whole model.
        rounds: measurements of each case.
        device: "cuda" or "cpu"; None for CUDA when there.
        others: of `OTHERS`, to compare with: diffusers' SD3 transformer, torchao's int8.
        absent: receives the reason for each of `others` that cannot be compared with.
        progress: as everywhere.

    Quantized layers are unpacked in each call, as in a model of full depth.
    """
    place = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    dtype = torch.float16 if place.type == "cuda" else torch.float32
    config = shallow_config(layers)
    torch.manual_seed(0)
    model = DiT4SR(config).eval().requires_grad_(False)
    inputs = random_inputs(config, 2 if place.type == "cuda" else 1, place, dtype)
    named = {case.name: case for case in _cases(model, variants, place, dtype, progress)}
    modules: dict[str, nn.Module] = {name: case.transformer for name, case in named.items()}
    if place.type == "cuda":
        for module in modules.values():
            module.to(dtype=dtype)
    del model
    for other in others:
        label, found = _other(other, config, place, dtype)
        if isinstance(found, str):
            (absent if absent is not None else {})[label] = found
        else:
            modules[label] = found
    facts, cases = {}, {}
    for name, module in modules.items():
        facts[name] = _memory(module, inputs, place)
        facts[name] |= {"layers": layers, "batch": inputs[0].shape[0]}
        facts[name]["whole_held_bytes"] = _whole_held(module, config)
        if name in named:
            facts[name] |= named[name].facts() | {"layers": layers}
        cases[name] = _forward(module, inputs, place)
    for module in modules.values():
        if place.type == "cuda":
            module.to(place, dtype)
    return interleaved(cases, rounds, facts=facts, seconds=TIME_LIMIT, progress=progress)


def _cases(
    model: DiT4SR, variants: str, place: torch.device, dtype: torch.dtype, progress: Progress
) -> list[EngineCase]:
    """Full precision and every variant, by the engines that `place` has."""
    if place.type == "cpu":
        cases = full_precision_cases(model)
    else:
        cases = [EngineCase(f"DiT4SR {str(dtype).removeprefix('torch.')}", model, "fp", "float", "torch")]
    for variant in parse_variants(variants):
        if variant.config is None:
            continue
        quantized = quantize(
            model, variant.config, progress=lambda d, t, w: progress(d, t, f"quantizing {w}")
        )
        choose_residency(quantized, limit=0)
        engines = ("reference", "int8") if place.type == "cuda" else ()
        cases += quantized_cases(variant.label, variant.key, quantized, engines)
    return cases


def _forward(module: nn.Module, inputs: list[Tensor], place: torch.device) -> Callable[[], None]:
    latent, lr, time, text, pooled = inputs

    @torch.no_grad()
    def run() -> None:
        if isinstance(module, DiT4SR):
            module(latent, lr, time, text=text, pooled=pooled)
        else:
            module(hidden_states=latent, encoder_hidden_states=text, pooled_projections=pooled, timestep=time)
        if place.type == "cuda":
            torch.cuda.synchronize(place)

    return run


def _memory(module: nn.Module, inputs: list[Tensor], place: torch.device) -> dict[str, Any]:
    """Bytes stored, bytes of the tensors held, and the peak of a pass with this module alone.

    On the CPU the peak is what is held and what the process's memory grows by during a pass.
    """
    facts: dict[str, Any] = {"held_bytes": _bytes(module), "weight_bytes": weight_bytes(module)}
    run = _forward(module, inputs, place)
    if place.type == "cuda":
        module.to(place, inputs[0].dtype)
        torch.cuda.reset_peak_memory_stats(place)
        run()
        facts["peak_bytes"] = torch.cuda.max_memory_allocated(place)
        module.to("cpu")
        torch.cuda.empty_cache()
        return facts
    run()  # what libraries set up once does not count, and the kernel orders its codes
    facts["held_bytes"] = _bytes(module)
    reset_peak(place)
    before = resident_bytes()
    run()
    facts["peak_bytes"] = facts["held_bytes"] + max(0, peak_bytes(place) - before)
    return facts


def _bytes(module: nn.Module) -> int:
    """Of parameters, buffers and what quantized layers keep besides, each counted once."""
    tensors = [*module.parameters(), *module.buffers()]
    for layer in quantized_layers(module).values():
        tensors += layer.held_tensors()
    return sum({id(t): t.nbytes for t in tensors}.values())


def _whole_held(module: nn.Module, config: DiT4SRConfig) -> int:
    """Bytes held at full depth: the blocks by their number of parameters, the rest as it is."""
    blocks = _bytes(module.get_submodule("transformer_blocks"))
    rest = _bytes(module) - blocks
    if not isinstance(module, DiT4SR):
        return rest + round(blocks * FULL_DEPTH / config.num_layers)
    return rest + round(blocks * _block_parameters(DiT4SRConfig()) / _block_parameters(config))


def _block_parameters(config: DiT4SRConfig) -> int:
    blocks = empty_transformer(config).transformer_blocks
    return sum(p.numel() for p in blocks.parameters())


def _other(
    name: str, config: DiT4SRConfig, place: torch.device, dtype: torch.dtype
) -> tuple[str, nn.Module | str]:
    """Label and module, or the reason why there is none."""
    if name not in OTHERS:
        known = ", ".join(OTHERS)
        raise SettingsError(f"There is nothing called {name!r} to compare with; choose from {known}.")
    short = str(dtype).removeprefix("torch.")
    label = (
        f"diffusers SD3 (no LR stream), {short}" if name == "diffusers" else "DiT4SR, torchao int8 dynamic"
    )
    if importlib.util.find_spec(name) is None:
        return label, f"{name} is not installed"
    if name == "diffusers":
        from ...metrics.torchvision_operators import import_torchvision

        import_torchvision()
        from diffusers import SD3Transformer2DModel

        values = config.to_dict()
        base = SD3Transformer2DModel(**{name: values[name] for name in _SD3_FIELDS})
        return label, base.eval().requires_grad_(False).to(place, dtype)
    try:
        from torchao.quantization import (  # type: ignore[import-not-found]
            Int8DynamicActivationInt8WeightConfig,
            quantize_,
        )
    except ImportError as error:
        return label, f"torchao cannot be imported ({error})"
    module = DiT4SR(config).eval().requires_grad_(False).to(place, dtype)
    quantize_(module.transformer_blocks, Int8DynamicActivationInt8WeightConfig())
    return label, module
