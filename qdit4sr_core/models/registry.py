"""Finding and loading a model: the bundled one, one trained here, or the published one."""

from __future__ import annotations

import hashlib
from importlib.resources import as_file, files
from pathlib import Path

import torch
from torch import Tensor, nn

from ..errors import CheckpointError
from ..model_files import NANO_DESCRIPTION, NANO_WEIGHTS, is_nano
from ..progress import CancelCheck, Progress, ignore_progress, never_cancelled
from ..setting_words import KeyMode
from ..strict_json import read_json
from .checkpoint import mismatch
from .config import DiT4SRConfig
from .dit4sr import DiT4SR
from .nano_codec import NanoCodec, NanoCodecConfig
from .published import load_published
from .super_resolution_model import SuperResolutionModel
from .weight_files import open_file

NANO = "nano"
COUNTER = ".num_batches_tracked"
"""Ending of the whole numbers among a nano's tensors: batches that a norm has seen, of no use afterwards."""


def load_model(
    source: str | Path | None = None,
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
    """Load a model: None or "nano" is the bundled one, a path is a nano or a published model's folder.

    The arguments after `source` are for published models, see `load_published`.

    Raises:
        CheckpointError: when the folder is not a model, naming what is missing or wrong.
    """
    if source is None or str(source) == NANO:
        with as_file(files("qdit4sr_resources") / "models" / "nano") as folder:
            return load_nano(folder)
    folder = Path(source)
    if is_nano(folder):
        return load_nano(folder)
    return load_published(
        folder,
        key_mode=key_mode,
        base=base,
        dtype=dtype,
        device=device,
        posterior_seed=posterior_seed,
        weights=weights,
        progress=progress,
        cancelled=cancelled,
    )


def _require_sizes(weights: Path, config: DiT4SRConfig, codec: NanoCodecConfig) -> None:
    """Compare the tensors that a description asks for with the stored ones, before anything is made.

    Raises `CheckpointError`.
    """
    handle = open_file(weights)
    stored = {key: tuple(handle.get_slice(key).get_shape()) for key in handle.keys()}  # noqa: SIM118
    if config.num_layers > len(stored):
        raise CheckpointError("it asks for more layers than there are weights.")
    shapes = [shape for name, shape in stored.items() if name.startswith("codec.")]
    widest = max((side for shape in shapes for side in shape), default=0)
    for name, size in codec.to_dict().items():
        if isinstance(size, bool) or not isinstance(size, int):
            continue
        largest = len(shapes) if name.endswith("blocks") else widest
        if not 0 <= size <= largest:
            raise CheckpointError(f"its codec's {name} is {size}, more than the weights hold.")
    with torch.device("meta"):
        parts: dict[str, nn.Module] = {"transformer": DiT4SR(config), "codec": NanoCodec(codec)}
    expected = {
        f"{part}.{name}": tuple(tensor.shape)
        for part, module in parts.items()
        for name, tensor in module.state_dict().items()
    }
    stored = {name: shape for name, shape in stored.items() if name.startswith(("transformer.", "codec."))}
    if found := mismatch(expected, stored):
        raise CheckpointError(found.sentence(weights.name))


def _numbers(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights in float32. Raises `CheckpointError` for those that are of another kind, or no numbers."""
    for name, value in tensors.items():
        if name.endswith(COUNTER):
            continue
        if not value.is_floating_point() or not value.isfinite().all():
            raise CheckpointError(f"{name} holds values that are no finite fractions.")
    return {name: value.float() for name, value in tensors.items()}


def load_nano(folder: Path) -> SuperResolutionModel:
    """Load a folder written by `qdit4sr train`: `nano.json` and `nano.safetensors`.

    Weights are stored in half precision and run in float32. Raises `CheckpointError` for a damaged folder.
    """
    from safetensors.torch import load_file

    description, weights = folder / NANO_DESCRIPTION, folder / NANO_WEIGHTS
    for path in (description, weights):
        if not path.is_file():
            raise CheckpointError(f"{folder} is not a complete nano model: {path.name} is missing.")
    try:
        values = read_json(description.read_text(encoding="utf-8"))
        for key in ("transformer", "codec"):
            if not isinstance(values, dict) or not isinstance(values.get(key), dict):
                raise CheckpointError(f'{description.name} does not say under "{key}" how it is made.')
        config = DiT4SRConfig.from_dict(values["transformer"])
        codec_config = NanoCodecConfig(**values["codec"])
        _require_sizes(weights, config, codec_config)
        tensors = _numbers(load_file(weights))
        transformer, codec = DiT4SR(config), NanoCodec(codec_config)
        defaults = values.get("sampling", {})
        if not isinstance(defaults, dict):
            raise CheckpointError(f'{description.name} does not say under "sampling" how it is sampled.')
        name, training = str(values.get("name", NANO)), values.get("training")
    except CheckpointError as error:
        raise CheckpointError(f"{folder} holds a damaged nano model: {error}") from error
    except Exception as error:
        raise CheckpointError(f"{folder} holds a damaged nano model: {error}.") from error
    for prefix, module in (("transformer.", transformer), ("codec.", codec)):
        part = {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
        module.load_state_dict(part)
    return SuperResolutionModel(
        name=name,
        transformer=transformer.eval().requires_grad_(False),
        codec=codec.eval().requires_grad_(False),
        sampling_defaults=defaults,
        source_hash=hashlib.sha256(weights.read_bytes()).hexdigest(),
        folder=folder,
        training=training if isinstance(training, dict) else {},
    )
