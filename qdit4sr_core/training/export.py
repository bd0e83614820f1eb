"""From trained parts to a model folder that `load_model` opens."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from ..errors import CheckpointError
from ..models.dit4sr import DiT4SR
from ..models.nano_codec import NanoCodec, NanoCodecConfig
from ..whole_file import whole_file, write_text

SAMPLING: dict[str, Any] = {
    "steps": 12,
    "shift": 1.0,
    "solver": "adams",
    "tile": 36,
    "overlap": 8,
    "color_fix": "none",
    "guidance": 2.0,
    "guidance_from": 0.0,
    "guidance_to": 0.6,
}
"""Sampling defaults written into a nano's description."""

CODEC = NanoCodecConfig(colour_share=0.25)
"""What is trained. Of all, half and a quarter of the photo's colour, a quarter was nearest to held-out HR."""


def export_nano(
    transformer: DiT4SR, codec: NanoCodec, folder: Path, provenance: dict[str, Any], sampling: dict[str, Any]
) -> None:
    """Write `nano.safetensors` (half precision) and `nano.json` into a folder.

    Raises `CheckpointError` for weights that are no numbers in half precision, `OutputError`.
    """
    from safetensors.torch import save

    tensors = {
        f"{prefix}.{name}": (value.half() if value.is_floating_point() else value).detach().cpu().contiguous()
        for prefix, module in (("transformer", transformer), ("codec", codec))
        for name, value in module.state_dict().items()
    }
    for name, value in tensors.items():
        if not value.isfinite().all():
            raise CheckpointError(f"The training went astray: {name} holds values that are no numbers.")
    description = {
        "name": "nano",
        "transformer": dataclasses.asdict(transformer.config),
        "codec": codec.config.to_dict(),
        "sampling": sampling,
        "training": provenance,
    }
    with whole_file(folder / "nano.safetensors", "the model", folders=True) as stream:
        stream.write(save(tensors, metadata={"format": "qdit4sr-nano"}))
    write_text(folder / "nano.json", json.dumps(description, indent=1) + "\n")
