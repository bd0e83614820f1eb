"""Text conditions: what the transformer is told besides the LR photo, and where it can come from."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from torch import Tensor

from ..errors import CheckpointError
from ..presence import file_is_there
from ..whole_file import whole_file
from .config import DiT4SRConfig

NULL_TOKENS = 154
NULL_FILES = ("NULL_prompt_embeds.pt", "NULL_pooled_prompt_embeds.pt")
EMBEDDINGS_FILE = "text_embeddings.safetensors"


@dataclass(frozen=True, eq=False)
class TextCondition:
    """Embedded text, positive and optionally negative. Without a negative there is nothing to guide from."""

    text: Tensor
    """(1, T, joint_attention_dim)."""
    pooled: Tensor
    """(1, pooled_projection_dim)."""
    negative_text: Tensor | None = None
    negative_pooled: Tensor | None = None
    description: str = ""
    """For people and provenance: `NULL embeddings`, or the prompt."""

    @property
    def guidable(self) -> bool:
        """Whether guidance has a negative condition to steer away from."""
        return self.negative_text is not None and self.negative_pooled is not None


def check_fits(condition: TextCondition, config: DiT4SRConfig, where: Path | str) -> TextCondition:
    """Return the condition if its widths are the model's; raises `CheckpointError` naming the difference."""
    parts = (
        ("text tokens", condition.text, 3, config.joint_attention_dim),
        ("pooled text", condition.pooled, 2, config.pooled_projection_dim),
        ("negative text tokens", condition.negative_text, 3, config.joint_attention_dim),
        ("negative pooled text", condition.negative_pooled, 2, config.pooled_projection_dim),
    )
    for name, tensor, axes, width in parts:
        if tensor is None:
            continue
        if tensor.dim() != axes or tensor.shape[0] != 1 or tensor.shape[-1] != width:
            raise CheckpointError(
                f"The {name} in {where} have shape {tuple(tensor.shape)}, but the model needs width {width}."
            )
        if not bool(torch.isfinite(tensor).all()):
            raise CheckpointError(f"The {name} in {where} hold NaN or infinite values.")
    return condition


def empty_condition(config: DiT4SRConfig) -> TextCondition | None:
    """No text: zero embeddings, as when SD3's training drops all encoders. None for text-free models."""
    if config.joint_attention_dim is None or config.pooled_projection_dim is None:
        return None
    return TextCondition(
        torch.zeros(1, NULL_TOKENS, config.joint_attention_dim),
        torch.zeros(1, config.pooled_projection_dim),
        description="no text (zero embeddings)",
    )


def find_null_embeddings(folder: Path) -> Path | None:
    """The folder that holds both published NULL files: this one, or one of the two above it."""
    for candidate in (folder, *list(folder.resolve().parents)[:2]):
        if all(file_is_there(candidate / name) for name in NULL_FILES):
            return candidate
    return None


def load_null_embeddings(folder: Path, config: DiT4SRConfig) -> TextCondition:
    """The published embeddings of the empty prompt (154 tokens), which the training used for 20 % of images.

    They are `.pt` files, opened with `weights_only`, so that nothing in them can run. Raises
    `CheckpointError` where they are not such files, or do not fit the model.
    """
    tensors = []
    for name in NULL_FILES:
        path = folder / name
        try:
            tensor = torch.load(path, map_location="cpu", weights_only=True)
        except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
            raise CheckpointError(f"{path} is not a plain tensor file and was not opened: {error}") from error
        if not isinstance(tensor, Tensor):
            raise CheckpointError(f"{path} holds a {type(tensor).__name__}, not a tensor.")
        tensors.append(tensor.float())
    text = tensors[0] if tensors[0].dim() == 3 else tensors[0][None]
    pooled = tensors[1].reshape(1, -1)
    return check_fits(TextCondition(text, pooled, description="NULL embeddings"), config, folder)


def save_condition(condition: TextCondition, path: Path) -> None:
    """Write a condition as safetensors, in half precision. Raises `OutputError`."""
    tensors = {
        name: value.detach().to("cpu", torch.float16).contiguous()
        for name in ("text", "pooled", "negative_text", "negative_pooled")
        if (value := getattr(condition, name)) is not None
    }
    with whole_file(path, "the text embeddings", folders=True) as stream:
        stream.write(save(tensors, metadata={"description": condition.description}))


def load_condition(path: Path, config: DiT4SRConfig) -> TextCondition:
    """Read what `save_condition` wrote. Raises `CheckpointError`."""
    from .weight_files import open_file

    handle = open_file(path)
    try:
        tensors = {name: tensor.float() for name, tensor in load_file(path).items()}
        description = (handle.metadata() or {}).get("description", path.name)
        condition = TextCondition(**tensors, description=description)
    except TypeError as error:
        raise CheckpointError(
            f"{path} does not hold text embeddings (text and pooled are needed)."
        ) from error
    return check_fits(condition, config, path)
