"""A model without its weights: what it is, and how it samples by itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..model_files import is_nano
from ..models import DiT4SRConfig, load_model
from ..models.checkpoint import find_transformer_folder
from ..models.published import model_name, published_sampling
from ..models.registry import NANO
from ..quantize.cost import Workload
from .settings import SamplingSettings
from .workload import passes_a_step

PUBLISHED = "published"
"""The name of the 2.7B architecture, which needs no folder."""
SCALE = 4
"""How many times the published models enlarge a photo."""


@dataclass(frozen=True)
class DescribedModel:
    """A model by its architecture and its own sampling settings."""

    name: str
    config: DiT4SRConfig
    settings: SamplingSettings
    scale: int = SCALE
    source_hash: str = ""
    """SHA-256 of the weights; empty where they were not read."""

    def workload(self, side: int = Workload.width) -> Workload:
        """What is counted where no photo is at hand: a square result of `side` pixels."""
        return Workload(side, side, self.settings.steps, passes_a_step(self.settings))


def describe_model(name: str | Path = NANO, **overrides: Any) -> DescribedModel:
    """A model by its name (`PUBLISHED`, "nano") or folder; `overrides` change its sampling settings.

    A published model's weights stay unread, and it counts as guided whenever it has a text.

    Raises:
        CheckpointError: when the folder is not a model.
        SettingsError: for an unfit override.
    """
    if str(name) == NANO or is_nano(Path(name)):
        model = load_model(name)
        settings = SamplingSettings.for_model(model, **overrides)
        return DescribedModel(
            model.name, model.transformer.config, settings, model.codec.scale, model.source_hash
        )
    config, shown = DiT4SRConfig(), PUBLISHED
    if str(name) != PUBLISHED:
        folder = find_transformer_folder(name)
        config = DiT4SRConfig.from_file(folder / "config.json")
        shown = model_name(folder)
    defaults = published_sampling(config, guidable=config.has_text)
    return DescribedModel(shown, config, SamplingSettings.of_defaults(shown, defaults, overrides))
