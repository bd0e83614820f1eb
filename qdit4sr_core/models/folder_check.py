"""A look at a model folder before anything is loaded: what is there, what is missing, what it will need."""

from __future__ import annotations

import importlib.util
import textwrap
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import torch

from ..errors import CheckpointError
from ..model_files import is_nano
from ..presence import file_is_there
from ..process_memory import bytes_text
from ..progress import Activity, CancelCheck, Phase, Progress, ignore_progress, never_cancelled, stop_if
from ..setting_words import KeyMode
from .checkpoint import Checkpoint, open_checkpoint, require_fit
from .config import DiT4SRConfig
from .findings import Code, Finding, Remark, Status, Subject
from .memory import (
    MemoryEstimate,
    available_bytes,
    best_device,
    best_dtype,
    estimate_memory,
    quantized_bytes,
)
from .published import KEPT_POSITIONS, SAMPLING, find_base
from .registry import load_nano
from .sd3_vae import read_vae_config, require_latent_width
from .text import EMBEDDINGS_FILE, find_null_embeddings
from .text_encoders import find_text_encoders
from .weight_files import LazyWeights, find_weights

_MARKS: dict[Status, str] = {"ok": "ok  ", "note": "note", "missing": "FAIL"}
_Result = TypeVar("_Result")


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
                finding.detail(), width, initial_indent=head, subsequent_indent=" " * len(head)
            ) or [head]
        lines.append("This model can be run." if self.usable else "This model cannot be run yet.")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """The check as JSON values."""
        return {
            "folder": str(self.folder),
            "usable": self.usable,
            "findings": [finding.to_dict() for finding in self.findings],
            "memory": None if self.memory is None else asdict(self.memory),
        }


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
    if is_nano(folder):
        model = attempt(Subject.NANO, lambda: load_nano(folder))
        if model is not None:
            findings.append(Finding.of(Subject.NANO, "ok", Code.NANO_COMPLETE, name=model.name))
        return FolderCheck(folder, tuple(findings))
    checkpoint = attempt(Subject.TRANSFORMER, lambda: open_checkpoint(source, key_mode))
    if checkpoint is None:
        return FolderCheck(folder, tuple(findings))
    folder, config = checkpoint.folder, checkpoint.config
    findings += _transformer(checkpoint)
    if deep:
        attempt(Subject.VALUES, lambda: _read_all(checkpoint, findings, progress, cancelled))
    sd35 = attempt(Subject.BASE, lambda: find_base(folder, base))
    if sd35 is not None:
        attempt(Subject.VAE, lambda: _vae(sd35 / "vae", config, findings))
    elif not any(f.subject is Subject.BASE for f in findings):
        findings.append(Finding(Subject.VAE, "missing", (Remark(Code.NO_BASE), Remark(Code.NAME_BASE))))
    findings.append(_text(folder, sd35, config))
    absent = [name for name in ("diffusers", "transformers") if importlib.util.find_spec(name) is None]
    if absent:
        names = ", ".join(absent)
        findings.append(Finding.of(Subject.PACKAGES, "missing", Code.PACKAGES_MISSING, names=names))
    memory = _memory(config, sd35, findings)
    return FolderCheck(folder, tuple(findings), memory)


class _Attempts:
    """Runs a check and turns its `CheckpointError` into a finding."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings

    def __call__(self, subject: Subject, check: Callable[[], _Result]) -> _Result | None:
        try:
            return check()
        except CheckpointError as error:
            self.findings.append(Finding.of(subject, "missing", Code.PROBLEM, sentence=error))
            return None


def _transformer(checkpoint: Checkpoint) -> list[Finding]:
    config, tensors = checkpoint.config, checkpoint.weights.tensors
    dtypes = Counter(tensor.dtype for tensor in tensors.values())
    kinds = ", ".join(f"{count} {name}" for name, count in dtypes.most_common())
    try:
        require_fit(checkpoint)
        tensors_found = Finding.of(
            Subject.TRANSFORMER,
            "ok",
            Code.TENSORS,
            count=len(tensors),
            types=kinds,
            size=bytes_text(checkpoint.weights.stored_bytes),
            layout=checkpoint.layout.description,
        )
    except CheckpointError as error:
        tensors_found = Finding.of(Subject.TRANSFORMER, "missing", Code.PROBLEM, sentence=error)
    blocks = Finding.of(
        Subject.ARCHITECTURE,
        "ok",
        Code.BLOCKS,
        blocks=config.num_layers,
        dual=len(config.dual_attention_layers),
        width=config.width,
        heads=config.num_attention_heads,
        channels=config.in_channels,
    )
    mode = Code.LEGACY_KEYS if config.key_control_mode == "legacy" else Code.FIXED_KEYS
    notes = [Finding(Subject.KEY_MODE, "note", (note,)) for note in checkpoint.notes]
    return [tensors_found, blocks, Finding.of(Subject.KEY_MODE, "ok", mode), *notes]


def _read_all(
    checkpoint: Checkpoint, findings: list[Finding], progress: Progress, cancelled: CancelCheck
) -> None:
    names = sorted(checkpoint.weights.tensors)
    for done, name in enumerate(names):
        stop_if(cancelled)
        checkpoint.weights.read(name)
        progress(done + 1, len(names), Activity(Phase.READING, done + 1, len(names), name))
    findings.append(Finding.of(Subject.VALUES, "ok", Code.FINITE))


def _vae(folder: Path, config: DiT4SRConfig, findings: list[Finding]) -> None:
    vae = read_vae_config(folder)
    require_latent_width(vae, config.in_channels, folder)
    layout = find_weights(folder)
    weights = LazyWeights(layout.files)
    found = Finding.of(
        Subject.VAE,
        "ok",
        Code.VAE_TENSORS,
        folder=folder,
        count=len(weights.tensors),
        size=bytes_text(weights.stored_bytes),
        layout=layout.description,
        scale=vae.get("scaling_factor"),
        shift=vae.get("shift_factor"),
    )
    findings.append(found)


def _text(folder: Path, base: Path | None, config: DiT4SRConfig) -> Finding:
    if not config.has_text:
        return Finding.of(Subject.TEXT, "ok", Code.NO_TEXT_TAKEN)
    if any(file_is_there(place / EMBEDDINGS_FILE) for place in (folder, folder.parent)):
        return Finding.of(Subject.TEXT, "ok", Code.EMBEDDINGS, file=EMBEDDINGS_FILE)
    encoders = find_text_encoders(base, config) if base is not None else None
    if encoders is not None:
        captions = Remark(Code.CAPTION_FILES)
        if encoders.has_t5:
            return Finding(Subject.TEXT, "ok", (Remark(Code.ENCODERS), captions))
        return Finding(Subject.TEXT, "note", (Remark(Code.ENCODERS_WITHOUT_T5), captions))
    null = find_null_embeddings(folder)
    if null is not None:
        return Finding.of(Subject.TEXT, "note", Code.NULL_EMBEDDINGS, file=null)
    return Finding.of(Subject.TEXT, "note", Code.NO_TEXT_FOUND)


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
    return Finding.of(
        Subject.ARTIFACT,
        "note" if memory.peak > free else "ok",
        Code.ARTIFACT_MEMORY,
        peak=bytes_text(memory.peak),
        transformer=bytes_text(memory.transformer + memory.positions),
        unpacked=bytes_text(memory.unpacked),
    )


def _memory(config: DiT4SRConfig, base: Path | None, findings: list[Finding]) -> MemoryEstimate | None:
    try:
        encoder = _largest_encoder(base, config)
    except CheckpointError as error:
        findings.append(Finding.of(Subject.TEXT, "missing", Code.PROBLEM, sentence=error))
        return None
    device = best_device()
    config = replace(config, pos_embed_max_size=min(KEPT_POSITIONS, config.pos_embed_max_size))
    dtype = best_dtype(config, device)
    tile = min(SAMPLING["tile"], config.largest_tile)
    memory = estimate_memory(config, dtype, tile=tile, text_encoder=encoder)
    free = available_bytes(device)
    remarks = [
        Remark.of(
            Code.MEMORY,
            peak=bytes_text(memory.peak),
            dtype=str(dtype).removeprefix("torch."),
            device=device.type,
            transformer=bytes_text(memory.transformer + memory.positions),
            codec=bytes_text(memory.codec),
            activations=bytes_text(memory.activations),
        )
    ]
    if encoder:
        remarks.append(Remark.of(Code.CAPTION_MEMORY, size=bytes_text(encoder)))
    short = memory.peak > free
    remarks.append(Remark.of(Code.FREE_MEMORY, size=bytes_text(free)))
    if short:
        remarks.append(Remark(Code.TOO_LITTLE_MEMORY))
    findings.append(Finding(Subject.MEMORY, "note" if short else "ok", tuple(remarks)))
    findings.append(_quantized_memory(config, device, tile))
    if dtype == torch.bfloat16:
        findings.append(Finding.of(Subject.PRECISION, "note", Code.BFLOAT16))
    return memory
