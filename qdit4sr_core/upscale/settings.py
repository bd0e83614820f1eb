"""What a sampling run is made with: printed into every result, so that it can be repeated."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ..errors import CheckpointError, SettingsError
from ..models.super_resolution_model import SuperResolutionModel
from ..setting_words import COLOR_FIXES, SOLVERS, ColorFix, Solver

MAX_STEPS = 1000
_NAMES = {
    "guidance_from": "start of guidance",
    "guidance_to": "end of guidance",
    "color_fix": "colour fix",
    "codec_tile": "codec tile",
    "start_sigma": "start sigma",
}
"""How settings are called in sentences, where a field's own name is no word."""
MAX_TILE = 1 << 20
"""Latent cells: far above every model's positions, whose own limit is checked with the model."""


@dataclass(frozen=True)
class SamplingSettings:
    """Settings of one upscaling; the defaults are those of the published DiT4SR script.

    Raises `SettingsError` for a value out of range.
    """

    steps: int = 40
    guidance: float = 1.0
    """Classifier-free guidance, 1 for none; only for models trained for it (the published script: 8)."""
    guidance_from: float = 0.0
    """Lowest noise level at which guidance is applied."""
    guidance_to: float = 1.0
    """Highest noise level at which guidance is applied; a step without it costs half as much."""
    seed: int = 0
    tile: int = 64
    """Largest side of a latent tile in cells; the transformer sees one tile at a time."""
    overlap: int = 24
    """Cells shared by neighbouring tiles."""
    color_fix: ColorFix = "adain"
    shift: float = 3.0
    """Timestep shift of the sigma schedule, applied twice as published; 1 for evenly spaced sigmas."""
    solver: Solver = "euler"
    """How the flow is integrated: Euler, as published, or Adams-Bashforth of order two at the same cost."""
    codec_tile: int = 256
    """Side in LR pixels of the crops that the codec works on, halo not counted; 0 for the whole."""
    start_sigma: float = 1.0
    """First noise level; below 1 sampling starts from the codec's own estimate of the latent plus noise."""

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value, name = getattr(self, field.name), _NAMES.get(field.name, field.name)
            if field.type == "int":
                _check(type(value) is int, name, value, "a whole number")
            elif field.type == "float":
                _check(type(value) in (int, float), name, value, "a number")
            else:
                _check(isinstance(value, str), name, value, "a word")
        _check(1 <= self.steps <= MAX_STEPS, "steps", self.steps, f"a whole number from 1 to {MAX_STEPS}")
        _check(0 <= self.guidance <= 100, "guidance", self.guidance, "from 0 to 100")
        for name in ("guidance_from", "guidance_to"):
            level = getattr(self, name)
            _check(0 <= level <= 1, _NAMES[name], level, "a noise level from 0 to 1")
        _check(0 <= self.seed < 2**63, "seed", self.seed, "a whole number of at least 0")
        _check(2 <= self.tile <= MAX_TILE, "tile", self.tile, f"from 2 to {MAX_TILE:,} latent cells")
        _check(
            0 <= self.overlap < self.tile,
            "overlap",
            self.overlap,
            f"at least 0 and under the tile of {self.tile}",
        )
        _check(
            self.color_fix in COLOR_FIXES,
            _NAMES["color_fix"],
            self.color_fix,
            f"one of {', '.join(COLOR_FIXES)}",
        )
        _check(self.solver in SOLVERS, "solver", self.solver, f"one of {', '.join(SOLVERS)}")
        _check(0 < self.shift <= 100, "shift", self.shift, "above 0 and at most 100")
        _check(self.codec_tile >= 0, _NAMES["codec_tile"], self.codec_tile, "0 or a number of LR pixels")
        _check(0 < self.start_sigma <= 1, _NAMES["start_sigma"], self.start_sigma, "above 0 and at most 1")

    @classmethod
    def for_model(cls, model: SuperResolutionModel, **overrides: Any) -> SamplingSettings:
        """The model's own defaults with `overrides`; an override of None keeps the default.

        A tile given without an overlap keeps the default's proportion of overlap. A tile larger than the
        model's position table, or no multiple of its patch, is refused.

        Raises:
            SettingsError: for an unknown or unfit override.
            CheckpointError: for a sampling default in the model's file that is unknown or unfit.
        """
        settings = cls.of_defaults(model.name, model.sampling_defaults, overrides)
        settings.check_fits(model)
        return settings

    @classmethod
    def of_defaults(cls, model: str, defaults: Mapping[str, Any], overrides: Mapping[str, Any]) -> Self:
        """As `for_model`, from the name and the sampling defaults of a model that is not at hand."""
        known = {field.name for field in dataclasses.fields(cls)}
        foreign = sorted(set(defaults) - known)
        if foreign:
            raise CheckpointError(f"The model {model!r} has unknown sampling settings: {', '.join(foreign)}.")
        unknown = sorted(set(overrides) - known)
        if unknown:
            raise SettingsError(f"Unknown sampling settings: {', '.join(unknown)}.")
        chosen = {name: value for name, value in overrides.items() if value is not None}
        try:
            base = cls(**defaults)
        except SettingsError as error:
            raise CheckpointError(f"The model {model!r} has unfit sampling settings. {error}") from error
        if "tile" in chosen and "overlap" not in chosen and 0 < chosen["tile"] <= MAX_TILE:
            chosen["overlap"] = round(base.overlap * chosen["tile"] / base.tile)
        return dataclasses.replace(base, **chosen)

    def check_fits(self, model: SuperResolutionModel) -> None:
        """Raise `SettingsError` when the model cannot run with these settings."""
        config = model.transformer.config
        model.sizes.check_tile(self.tile, model.name)
        if config.has_text and model.text is None:
            raise SettingsError(f"The model {model.name!r} needs a text, and none came with it.")
        if self.guidance != 1 and not (config.has_text or config.null_condition):
            raise SettingsError(
                f"The model {model.name!r} was not trained for guidance, which must stay at 1."
            )
        if self.guidance > 1 and model.text is not None and not model.text.guidable:
            raise SettingsError(
                f"The model {model.name!r} has no negative text to steer away from: guidance must stay at 1."
            )
        if self.start_sigma < 1 and not hasattr(model.codec, "estimate_latent"):
            raise SettingsError(
                f"The codec of {model.name!r} gives no starting estimate: start sigma must be 1."
            )

    def guidance_at(self, sigma: float) -> float:
        """The guidance scale at a noise level: 1 outside the interval."""
        return self.guidance if self.guidance_from <= sigma <= self.guidance_to else 1.0

    @property
    def order(self) -> int:
        """Order of the solver, see `denoise`."""
        return 2 if self.solver == "adams" else 1

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        return dataclasses.asdict(self)


def _check(valid: bool, name: str, value: object, wanted: str) -> None:
    if not valid:
        raise SettingsError(f"The {name} must be {wanted}, but it is {value}.")
