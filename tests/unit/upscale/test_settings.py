"""Settings come from the model, then from the user; what cannot work is refused in one sentence."""

import dataclasses
from types import SimpleNamespace

import pytest

from qdit4sr_core.errors import CheckpointError, SettingsError
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.upscale import SamplingSettings


def test_model_defaults_then_overrides(tiny_model: SuperResolutionModel) -> None:
    settings = SamplingSettings.for_model(tiny_model, steps=7, seed=None)
    assert (settings.steps, settings.tile, settings.seed, settings.shift) == (7, 16, 0, 1.0)


def test_a_smaller_tile_brings_a_smaller_overlap(tiny_model: SuperResolutionModel) -> None:
    assert SamplingSettings.for_model(tiny_model, tile=4).overlap == 1
    assert SamplingSettings.for_model(tiny_model, tile=4, overlap=2).overlap == 2


@pytest.mark.parametrize(
    ("override", "word"),
    [
        ({"steps": 0}, "steps"),
        ({"seed": -1}, "seed"),
        ({"tile": 16, "overlap": 16}, "overlap"),
        ({"color_fix": "sepia"}, "adain, wavelet, none"),
        ({"tile": 64}, "32"),
        ({"tile": 10**400}, "latent cells"),
        ({"tile": 5, "overlap": 0}, "multiple of 2"),
        ({"guidance": 400.0}, "guidance"),
        ({"guidance_to": 1.5}, "end of guidance"),
        ({"colour": 1}, "Unknown"),
        ({"steps": "12"}, "steps must be a whole number"),
        ({"steps": 1.5}, "steps must be a whole number"),
        ({"overlap": True}, "overlap must be a whole number"),
        ({"guidance": [2]}, "guidance must be a number"),
        ({"guidance_to": True}, "end of guidance must be a number"),
        ({"color_fix": []}, "colour fix must be a word"),
    ],
)
def test_unfit_settings_are_refused(
    tiny_model: SuperResolutionModel, override: dict[str, object], word: str
) -> None:
    with pytest.raises(SettingsError, match=word):
        SamplingSettings.for_model(tiny_model, **override)


def test_a_lower_start_needs_a_codec_with_an_estimate(tiny_model: SuperResolutionModel) -> None:
    assert SamplingSettings.for_model(tiny_model, start_sigma=0.5).start_sigma == 0.5
    odd = dataclasses.replace(tiny_model, codec=SimpleNamespace(scale=4, downscale=4))  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="start sigma must be 1"):
        SamplingSettings.for_model(odd, start_sigma=0.5)


def test_a_model_with_foreign_defaults_is_refused(tiny_model: SuperResolutionModel) -> None:
    odd = dataclasses.replace(tiny_model, sampling_defaults={"churn": 1})
    with pytest.raises(CheckpointError, match="churn"):
        SamplingSettings.for_model(odd)


def test_to_dict_reads_back() -> None:
    settings = SamplingSettings(steps=12, color_fix="wavelet")
    assert SamplingSettings(**settings.to_dict()) == settings
