"""The published DiT4SR as a super-resolution model: its transformer, SD3.5's VAE, and a text condition."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch

from ..errors import CheckpointError
from ..presence import file_is_there
from ..progress import CancelCheck, Progress, ignore_progress, never_cancelled
from ..setting_words import KeyMode
from .checkpoint import empty_transformer, materialise, open_checkpoint, require_fit
from .config import DiT4SRConfig
from .memory import best_device, best_dtype
from .sd3_vae import load_sd3_vae
from .super_resolution_model import SuperResolutionModel
from .text import (
    EMBEDDINGS_FILE,
    TextCondition,
    empty_condition,
    find_null_embeddings,
    load_condition,
    load_null_embeddings,
)
from .text_encoders import EncodedCaption, find_text_encoders, text_cache_folder
from .weight_files import shortened

SAMPLING: dict[str, Any] = {
    "steps": 40,
    "guidance": 8.0,
    "tile": 64,
    "overlap": 24,
    "shift": 3.0,
    "color_fix": "adain",
}
"""The published inference script's defaults."""
BASE_VARIABLE = "QDIT4SR_SD35"
KEPT_POSITIONS = 96
"""Side of the position table kept in memory: tiles up to 192 latent cells, 28 MB instead of 453 in fp16."""
_SCANNED = 200


def find_base(folder: Path, base: Path | None = None) -> Path | None:
    """The Stable Diffusion 3.5 folder with the VAE and the text encoders.

    `base` if given, else the folder named in the environment variable QDIT4SR_SD35, else the transformer's
    folder, one of the three above it, or a folder directly inside one of those.

    Raises:
        CheckpointError: `base` or the variable name no such folder, or several candidates lie side by side.
    """
    named = base or (Path(os.environ[BASE_VARIABLE]) if os.environ.get(BASE_VARIABLE) else None)
    if named is not None:
        if not _has_vae(named):
            raise CheckpointError(f"{named} is no Stable Diffusion 3.5 folder: it has no vae/config.json.")
        return named
    for parent in (folder, *list(folder.resolve().parents)[:3]):
        if _has_vae(parent):
            return parent
        found = [place for place in _inside(parent) if _has_vae(place)]
        if len(found) == 1:
            return found[0]
        if found:
            raise CheckpointError(
                f"{parent} holds several folders with a VAE ({shortened(p.name for p in found)}); "
                f"name one in the environment variable {BASE_VARIABLE}."
            )
    return None


def _inside(folder: Path) -> list[Path]:
    """What lies in a folder above the model; nothing where it may be passed through but not listed."""
    try:
        return sorted(folder.iterdir())[:_SCANNED]
    except OSError:
        return []


def _has_vae(folder: Path) -> bool:
    return file_is_there(folder / "vae" / "config.json")


def require_base(folder: Path, base: Path | None = None) -> Path:
    """`find_base`, raising `CheckpointError` when there is none."""
    found = find_base(folder, base)
    if found is None:
        raise CheckpointError(
            f"No Stable Diffusion 3.5 folder with a VAE was found for {folder}; put it beside the model, "
            f"or name it in the environment variable {BASE_VARIABLE}."
        )
    return found


def choose_text(
    folder: Path, base: Path | None, config: DiT4SRConfig, device: str = "cpu"
) -> TextCondition | EncodedCaption | None:
    """The best text condition at hand, None for a model without text.

    In order: `text_embeddings.safetensors` in the model folder, the text encoders (with an empty caption
    until a photo brings one), the published NULL embeddings, zeros.
    """
    for place in (folder, folder.parent):
        if config.has_text and file_is_there(place / EMBEDDINGS_FILE):
            return load_condition(place / EMBEDDINGS_FILE, config)
    encoders = find_text_encoders(base, config, device) if base is not None else None
    if encoders is not None:
        return EncodedCaption(encoders, cache=text_cache_folder())
    null = find_null_embeddings(folder)
    if config.has_text and null is not None:
        return load_null_embeddings(null, config)
    return empty_condition(config)


def model_name(folder: Path) -> str:
    """`dit4sr_q` for .../dit4sr_q/transformer."""
    folder = folder.resolve()
    return folder.parent.name if folder.name == "transformer" else folder.name


def load_published(
    source: str | Path,
    *,
    key_mode: KeyMode | None = None,
    base: Path | None = None,
    dtype: torch.dtype | None = None,
    device: torch.device | str | None = None,
    posterior_seed: int | None = None,
    weights: bool = True,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> SuperResolutionModel:
    """Load a DiT4SR folder with everything that belongs to it. Checks all folders before reading weights.

    Args:
        source: a model folder, see `find_transformer_folder`.
        key_mode: see `load_transformer`.
        base: the Stable Diffusion 3.5 folder, see `find_base`.
        dtype: of the transformer; None for half precision on CUDA, else float32 or what fits.
        device: None for the GPU if there is one. The VAE goes there too, in float32.
        posterior_seed: None conditions on the posterior's mean, a number on a seeded sample.
        weights: False leaves the transformer without memory (on the meta device), for running quantized
            artifacts of it alone.
        progress, cancelled: see `qdit4sr_core.progress`.

    Raises:
        CheckpointError: see `load_transformer`, `load_sd3_vae`.
    """
    checkpoint = open_checkpoint(source, key_mode, KEPT_POSITIONS)
    require_fit(checkpoint)
    config = checkpoint.config
    base = require_base(checkpoint.folder, base)
    place = torch.device(device) if device is not None else best_device()
    codec = load_sd3_vae(
        base / "vae", latent_channels=config.in_channels, device=place, posterior_seed=posterior_seed
    )
    text = choose_text(checkpoint.folder, base, config, str(place))
    if weights:
        transformer = materialise(
            checkpoint,
            dtype=dtype or best_dtype(config, place),
            device=place,
            progress=progress,
            cancelled=cancelled,
        )
    else:
        transformer = empty_transformer(config)
    guidable = text is not None and text.guidable
    defaults = published_sampling(transformer.config, guidable=guidable)
    return SuperResolutionModel(
        name=model_name(checkpoint.folder),
        transformer=transformer,
        codec=codec,
        sampling_defaults=defaults,
        source_hash=checkpoint.sha256(),
        folder=checkpoint.folder,
        text=text,
        minimum_side=defaults["tile"] * codec.downscale // codec.scale,
    )


def published_sampling(config: DiT4SRConfig, *, guidable: bool) -> dict[str, Any]:
    """`SAMPLING` as a model of this architecture can have it; `guidable`: with a text to steer away from."""
    defaults = dict(SAMPLING)
    if not guidable:
        defaults["guidance"] = 1.0  # nothing to steer away from; a second pass would change nothing
    limit = config.largest_tile
    if defaults["tile"] > limit:
        defaults |= {"tile": limit, "overlap": limit * 3 // 8}
    return defaults
