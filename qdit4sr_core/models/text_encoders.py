"""CLIP-L, CLIP-G and T5-XXL of Stable Diffusion 3.5, through transformers, one in memory at a time."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ..errors import CheckpointError, OutputError
from ..user_folders import cache_folder
from .checkpoint import CheckpointWarning
from .config import CLIP_TOKENS, T5_TOKENS, DiT4SRConfig
from .prompts import NEGATIVE_PROMPT, full_prompt
from .text import TextCondition, check_fits, load_condition, save_condition
from .weight_files import find_weights, open_file

_CLIPS = (("text_encoder", "tokenizer"), ("text_encoder_2", "tokenizer_2"))
_T5 = ("text_encoder_3", "tokenizer_3")


@dataclass(frozen=True)
class TextEncoders:
    """The text side of an SD3.5 folder. T5 may be absent: its tokens are then zeros, as SD3 allows."""

    folder: Path
    config: DiT4SRConfig
    device: str = "cpu"

    @property
    def has_t5(self) -> bool:
        """Whether T5's folder is there."""
        return (self.folder / _T5[0] / "config.json").is_file()

    def identity(self) -> str:
        """Changes when another encoder is put in place: names and sizes of the weight files."""
        digest = hashlib.sha256()
        for name, _ in (*_CLIPS, *((_T5,) if self.has_t5 else ())):
            for file in find_weights(self.folder / name).files:
                digest.update(f"{name}/{file.name}:{file.stat().st_size};".encode())
        return digest.hexdigest()

    def encode(
        self, caption: str, *, negative: str = NEGATIVE_PROMPT, cache: Path | None = None
    ) -> TextCondition:
        """The condition for a caption with the published additions; `cache` keeps and finds earlier ones.

        Raises:
            CheckpointError: an encoder or tokenizer is damaged or transformers is not installed.
        """
        prompt = full_prompt(caption)
        key = hashlib.sha256("\0".join((prompt, negative, self.identity())).encode()).hexdigest()[:32]
        path = cache / f"{key}.safetensors" if cache is not None else None
        if path is not None and path.is_file():
            return load_condition(path, self.config)
        text, pooled = self._embed([negative, prompt])
        condition = TextCondition(text[1:], pooled[1:], text[:1], pooled[:1], description=prompt.strip())
        check_fits(condition, self.config, self.folder)
        if path is not None:
            try:
                save_condition(condition, path)
            except OutputError as error:
                warnings.warn(str(error), CheckpointWarning, stacklevel=2)  # costs time, not the result
                return condition
            return load_condition(
                path, self.config
            )  # the same half-precision values on the first and later runs
        return condition

    @torch.no_grad()
    def _embed(self, prompts: list[str]) -> tuple[Tensor, Tensor]:
        """(B, 77 + 256, D) tokens and (B, P) pooled vectors."""
        hidden, pooled = [], []
        for encoder_name, tokenizer_name in _CLIPS:
            ids = self._tokens(tokenizer_name, prompts, CLIP_TOKENS)
            encoder = self._encoder("CLIPTextModelWithProjection", encoder_name, torch.float32)
            output = encoder(ids, output_hidden_states=True)
            hidden.append(output.hidden_states[-2].float().cpu())
            pooled.append(output.text_embeds.float().cpu())
            del encoder, output
        width = self.config.joint_attention_dim or 0
        clip = torch.cat(hidden, dim=-1)  # (B, 77, 768 + 1280)
        clip = F.pad(clip, (0, width - clip.shape[-1]))
        if self.has_t5:
            ids = self._tokens(_T5[1], prompts, T5_TOKENS)
            low = torch.bfloat16 if self.device == "cpu" else torch.float16
            encoder = self._encoder("T5EncoderModel", _T5[0], low)
            t5 = encoder(ids)[0].float().cpu()
            del encoder
        else:
            t5 = torch.zeros(len(prompts), T5_TOKENS, width)
        return torch.cat([clip, t5], dim=1), torch.cat(pooled, dim=-1)

    def _tokens(self, name: str, prompts: list[str], length: int) -> Tensor:
        transformers = _transformers()
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(self.folder / name, local_files_only=True)
            ids: Tensor = tokenizer(
                prompts, padding="max_length", max_length=length, truncation=True, return_tensors="pt"
            ).input_ids
        except (OSError, ValueError, KeyError) as error:
            raise CheckpointError(f"The tokenizer in {self.folder / name} cannot be used: {error}") from error
        return ids.to(self.device)

    def _encoder(self, kind: str, name: str, dtype: torch.dtype) -> Any:
        folder = self.folder / name
        layout = find_weights(folder)
        for file in layout.files:
            open_file(file)  # names a damaged file in one sentence, which transformers does not
        try:
            encoder = getattr(_transformers(), kind).from_pretrained(
                folder, local_files_only=True, use_safetensors=True, dtype=dtype, variant=layout.variant
            )
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise CheckpointError(f"The text encoder in {folder} cannot be loaded: {error}") from error
        return encoder.to(self.device).eval()


@dataclass(frozen=True, eq=False)
class EncodedCaption:
    """A text condition that is embedded when first asked for, so that opening a model stays quick."""

    encoders: TextEncoders
    caption: str = ""
    cache: Path | None = None

    @cached_property
    def condition(self) -> TextCondition:
        """The embedded caption; the encoders are loaded and freed on the first call."""
        return self.encoders.encode(self.caption, cache=self.cache)

    @property
    def text(self) -> Tensor:
        """(1, T, joint_attention_dim)."""
        return self.condition.text

    @property
    def pooled(self) -> Tensor:
        """(1, pooled_projection_dim)."""
        return self.condition.pooled

    @property
    def negative_text(self) -> Tensor | None:
        """(1, T, joint_attention_dim)."""
        return self.condition.negative_text

    @property
    def negative_pooled(self) -> Tensor | None:
        """(1, pooled_projection_dim)."""
        return self.condition.negative_pooled

    @property
    def description(self) -> str:
        """The prompt, without embedding it."""
        return full_prompt(self.caption).strip()

    @property
    def guidable(self) -> bool:
        """The published negative prompt is always encoded beside."""
        return True


def find_text_encoders(folder: Path, config: DiT4SRConfig, device: str = "cpu") -> TextEncoders | None:
    """The encoders of an SD3.5 folder, None unless both CLIPs and their tokenizers are there."""
    needed = [folder / name / "config.json" for name, _ in _CLIPS]
    tokenizers = [folder / name for _, name in _CLIPS]
    if not config.has_text or not all(p.is_file() for p in needed) or not all(p.is_dir() for p in tokenizers):
        return None
    return TextEncoders(folder, config, device)


def text_cache_folder() -> Path:
    """Where embeddings of captions are kept between runs."""
    return cache_folder() / "text"


def _transformers() -> Any:
    from ..metrics.torchvision_operators import import_torchvision

    try:
        import_torchvision()
        import transformers
    except ImportError as error:
        raise CheckpointError(
            f"Text encoders need transformers ({error}); run pip install 'qdit4sr[published]', or use "
            "cached or NULL embeddings."
        ) from error
    transformers.utils.logging.disable_progress_bar()  # the program reports progress itself
    return transformers
