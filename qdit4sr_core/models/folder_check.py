"""A look at a model folder before anything is loaded: what is there, what is missing, what it will need."""

from __future__ import annotations

import importlib.util
import textwrap
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeVar

import torch

from ..errors import CheckpointError
from ..progress import Activity, CancelCheck, Phase, Progress, ignore_progress, never_cancelled, stop_if
from .checkpoint import Checkpoint, open_checkpoint, require_fit
from .config import DiT4SRConfig, KeyMode
from .memory import (
    MemoryEstimate,
    available_bytes,
    best_device,
    best_dtype,
    estimate_memory,
    quantized_bytes,
    readable,
)
from .published import KEPT_POSITIONS, SAMPLING, find_base
from .registry import load_nano
from .sd3_vae import read_vae_config, require_latent_width
from .text import EMBEDDINGS_FILE, find_null_embeddings
from .text_encoders import find_text_encoders
from .weight_files import LazyWeights, find_weights

Status = Literal["ok", "note", "missing"]
_MARKS: dict[Status, str] = {"ok": "ok  ", "note": "note", "missing": "FAIL"}
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Finding:
    """One line of a check: what was looked at, how it stands, and the details."""

    subject: str
    status: Status
    detail: str


@dataclass(frozen=True)
class FolderCheck:
    """Everything that was found about a model folder."""

    folder: Path
    findings: tuple[Finding, ...]
    memory: MemoryEstimate | None = None

    @property
    def usable(self) -> bool:
        """Whether the model can be loaded and run."""
        return all(finding.status != "missing" for finding in self.findings)

    def text(self, width: int = 100) -> str:
        """The check for a terminal, about one screen."""
        lines = [f"{self.folder}"]
        for finding in self.findings:
            head = f"  {_MARKS[finding.status]}  {finding.subject:<12} "
            lines += textwrap.wrap(
                finding.detail, width, initial_indent=head, subsequent_indent=" " * len(head)
            ) or [head]
        lines.append("This model can be run." if self.usable else "This model cannot be run yet.")
        return "\n".join(lines)


def check_folder(
    source: str | Path,
    *,
    base: Path | None = None,
    key_mode: KeyMode | None = None,
    deep: bool = False,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> FolderCheck:
    """Check a published model's folder without loading it; problems become findings, not errors.

    Args:
        source: the model folder, see `find_transformer_folder`.
        base: the Stable Diffusion 3.5 folder, see `find_base`.
        key_mode: what the user will ask for, to be compared with the weights.
        deep: read every tensor, to find damage that headers do not show.
        progress, cancelled: for `deep`.
    """
    folder = Path(source)
    findings: list[Finding] = []
    attempt = _Attempts(findings)
    if (folder / "nano.json").is_file():
        model = attempt("nano", lambda: load_nano(folder))
        if model is not None:
            findings.append(
                Finding("nano", "ok", f"{model.name}: a complete nano model, nothing else is needed")
            )
        return FolderCheck(folder, tuple(findings))
    checkpoint = attempt("transformer", lambda: open_checkpoint(source, key_mode))
    if checkpoint is None:
        return FolderCheck(folder, tuple(findings))
    folder, config = checkpoint.folder, checkpoint.config
    findings += _transformer(checkpoint)
    if deep:
        attempt("values", lambda: _read_all(checkpoint, findings, progress, cancelled))
    sd35 = attempt("SD3.5 folder", lambda: find_base(folder, base))
    if sd35 is not None:
        attempt("VAE", lambda: _vae(sd35 / "vae", config, findings))
    elif not any(f.subject == "SD3.5 folder" for f in findings):
        findings.append(
            Finding(
                "VAE",
                "missing",
                "no Stable Diffusion 3.5 folder was found beside the model; give it with --base",
            )
        )
    findings.append(_text(folder, sd35, config))
    absent = [name for name in ("diffusers", "transformers") if importlib.util.find_spec(name) is None]
    if absent:
        detail = f"{' and '.join(absent)} not installed; run pip install 'qdit4sr[published]'"
        findings.append(Finding("packages", "missing", detail))
    memory = _memory(config, sd35, findings)
    return FolderCheck(folder, tuple(findings), memory)


class _Attempts:
    """Runs a check and turns its `CheckpointError` into a finding."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings

    def __call__(self, subject: str, check: Callable[[], _Result]) -> _Result | None:
        try:
            return check()
        except CheckpointError as error:
            self.findings.append(Finding(subject, "missing", str(error)))
            return None


def _transformer(checkpoint: Checkpoint) -> list[Finding]:
    config, tensors = checkpoint.config, checkpoint.weights.tensors
    dtypes = Counter(tensor.dtype for tensor in tensors.values())
    kinds = ", ".join(f"{count} {name}" for name, count in dtypes.most_common())
    findings = []
    try:
        require_fit(checkpoint)
        stored = readable(checkpoint.weights.stored_bytes)
        found = f"{len(tensors)} tensors ({kinds}), {stored}, {checkpoint.layout.description}"
        findings.append(Finding("transformer", "ok", found))
    except CheckpointError as error:
        findings.append(Finding("transformer", "missing", str(error)))
    dual = len(config.dual_attention_layers)
    size = f"{config.num_layers} blocks ({dual} with a second attention), width {config.width}, "
    size += f"{config.num_attention_heads} heads, latents of {config.in_channels} channels"
    findings.append(Finding("architecture", "ok", size))
    mode = f"{config.key_control_mode}: LR keys are "
    mode += (
        "the noise keys normalised twice (dit4sr_q, dit4sr_f)"
        if config.key_control_mode == "legacy"
        else "made by to_k_control (dit4sr_r1)"
    )
    findings.append(Finding("key mode", "ok", mode))
    findings += [Finding("key mode", "note", note) for note in checkpoint.notes]
    return findings


def _read_all(
    checkpoint: Checkpoint, findings: list[Finding], progress: Progress, cancelled: CancelCheck
) -> None:
    names = sorted(checkpoint.weights.tensors)
    for done, name in enumerate(names):
        stop_if(cancelled)
        checkpoint.weights.read(name)
        progress(done + 1, len(names), Activity(Phase.READING, done + 1, len(names), name))
    findings.append(Finding("values", "ok", "every tensor was read and is finite"))


def _vae(folder: Path, config: DiT4SRConfig, findings: list[Finding]) -> None:
    vae = read_vae_config(folder)
    require_latent_width(vae, config.in_channels, folder)
    layout = find_weights(folder)
    weights = LazyWeights(layout.files)
    detail = (
        f"{folder}: {len(weights.tensors)} tensors, {readable(weights.stored_bytes)}, {layout.description}; "
    )
    detail += f"scale {vae.get('scaling_factor')}, shift {vae.get('shift_factor')}"
    findings.append(Finding("VAE", "ok", detail))


def _text(folder: Path, base: Path | None, config: DiT4SRConfig) -> Finding:
    if not config.has_text:
        return Finding("text", "ok", "this model takes no text")
    if any((place / EMBEDDINGS_FILE).is_file() for place in (folder, folder.parent)):
        return Finding("text", "ok", f"cached embeddings in {EMBEDDINGS_FILE}")
    encoders = find_text_encoders(base, config) if base is not None else None
    if encoders is not None:
        t5 = (
            "CLIP-L, CLIP-G and T5"
            if encoders.has_t5
            else "CLIP-L and CLIP-G; without T5 its tokens are zero"
        )
        return Finding(
            "text", "ok" if encoders.has_t5 else "note", f"{t5}; captions come from a photo's .txt file"
        )
    null = find_null_embeddings(folder)
    if null is not None:
        detail = "no text encoders; the NULL embeddings are used: no captions, no guidance"
        return Finding("text", "note", f"{detail} ({null})")
    return Finding(
        "text", "note", "no text encoders and no NULL embeddings; zeros are used, and quality will suffer"
    )


def _largest_encoder(base: Path | None, config: DiT4SRConfig) -> int:
    if base is None or find_text_encoders(base, config) is None:
        return 0
    sizes = []
    for name in ("text_encoder", "text_encoder_2", "text_encoder_3"):
        if (base / name / "config.json").is_file():
            sizes.append(sum(file.stat().st_size for file in find_weights(base / name).files))
    return max(sizes)


def _quantized_memory(config: DiT4SRConfig, device: torch.device, tile: int) -> Finding:
    """What an artifact of four bits would need instead."""
    dtype = torch.float16 if device.type == "cuda" else torch.float32
    memory = estimate_memory(config, dtype, tile=tile, quantized=quantized_bytes(config, dtype))
    free = available_bytes(device)
    detail = (
        f"about {readable(memory.peak)} at 4 bits with branches: transformer "
        f"{readable(memory.transformer + memory.positions)}, one layer unpacked {readable(memory.unpacked)}"
    )
    return Finding("artifact", "note" if free is not None and memory.peak > free else "ok", detail)


def _memory(config: DiT4SRConfig, base: Path | None, findings: list[Finding]) -> MemoryEstimate | None:
    try:
        encoder = _largest_encoder(base, config)
    except CheckpointError as error:
        findings.append(Finding("text", "missing", str(error)))
        return None
    device = best_device()
    config = replace(config, pos_embed_max_size=min(KEPT_POSITIONS, config.pos_embed_max_size))
    dtype = best_dtype(config, device)
    tile = min(SAMPLING["tile"], config.patch_size * config.pos_embed_max_size)
    memory = estimate_memory(config, dtype, tile=tile, text_encoder=encoder)
    free = available_bytes(device)
    detail = (
        f"about {readable(memory.peak)} in {str(dtype).removeprefix('torch.')} on {device.type}: "
        f"transformer {readable(memory.transformer + memory.positions)}, VAE {readable(memory.codec)}, "
        f"sampling {readable(memory.activations)}"
    )
    if encoder:
        detail += f", or embedding a caption {readable(encoder)}"
    short = free is not None and memory.peak > free
    if free is not None:
        detail += f"; free now: {readable(free)}"
    if short:
        detail += ". That is not enough; quantize the model and run the artifact"
    findings.append(Finding("memory", "note" if short else "ok", detail))
    findings.append(_quantized_memory(config, device, tile))
    if dtype == torch.bfloat16:
        findings.append(Finding("precision", "note", "float32 does not fit in memory, so bfloat16 is used"))
    return memory
