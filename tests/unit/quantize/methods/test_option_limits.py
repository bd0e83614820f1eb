"""Every number that a method can be told: refused in a sentence, or of use."""

import dataclasses
import math
import typing
from typing import Any

import pytest
import torch

from qdit4sr_core.errors import VariantError
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.quantize import METHODS, Calibration
from qdit4sr_core.quantize.apply import make_plan, quantize_source
from qdit4sr_core.quantize.methods.base import MethodConfig
from qdit4sr_core.quantize.methods.option_limits import option_limits
from qdit4sr_core.quantize.methods.q_dit4sr_plus import QDiT4SRPlus
from qdit4sr_core.quantize.targets import linear_sources
from qdit4sr_core.quantize.variants import parse_variant

WIDTHS = {"weight_bits", "act_bits", "attention_bits"}
"""Checked by sentences of their own, because 16 bits mean float."""


def numbers(config_class: type[Any]) -> list[str]:
    """The fields that hold numbers."""
    kinds = typing.get_type_hints(config_class)
    parts = {name: {kind, *typing.get_args(kind)} for name, kind in kinds.items()}
    return [f.name for f in dataclasses.fields(config_class) if parts[f.name] & {int, float}]


OPTIONS = [(name, option) for name, spec in METHODS.items() for option in numbers(spec.config_class)]


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_every_number_has_limits(name: str, option: str) -> None:
    assert option in WIDTHS or option in option_limits(METHODS[name].config_class)


@pytest.mark.parametrize(("name", "option"), OPTIONS)
@pytest.mark.parametrize("value", [-1, -0.5, 10**9, 2**63, math.nan, math.inf, -math.inf])
def test_impossible_numbers_are_refused_in_one_sentence(name: str, option: str, value: float) -> None:
    with pytest.raises(VariantError) as refusal:
        METHODS[name].config_class(**{option: value})
    assert str(refusal.value).count(". ") == 0
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("name", METHODS)
def test_whole_numbers_are_asked_for(name: str) -> None:
    config_class = METHODS[name].config_class
    whole = {option for option, (_, is_whole) in option_limits(config_class).items() if is_whole} | WIDTHS
    for option in whole:
        with pytest.raises(VariantError, match="whole number"):
            config_class(**{option: 4.5})


def _extremes(config_class: type[MethodConfig], option: str) -> set[float]:
    limits, _ = option_limits(config_class)[option]
    return {limits.least, 0, limits.most} if option != "iterations" else {limits.least}


@pytest.mark.parametrize(("name", "option"), [pair for pair in OPTIONS if pair[1] not in WIDTHS])
def test_what_is_taken_can_be_used(
    name: str, option: str, tiny_model: SuperResolutionModel, tiny_calibration: Calibration
) -> None:
    """On a layer of the model."""
    config_class = METHODS[name].config_class
    source = linear_sources(tiny_model.transformer)[0]
    inputs = tiny_calibration.layers[source.name].samples
    short = {"iterations": 3} if "iterations" in numbers(config_class) else {}
    for value in _extremes(config_class, option):
        try:
            config = config_class(**{**short, option: value})
            plan = make_plan(config, [source], tiny_model.transformer.config.width, tiny_calibration)
        except VariantError:
            continue
        made = quantize_source(config, source, plan, tiny_calibration)
        assert torch.isfinite(made(inputs)).all(), (name, option, value)


def test_the_sentence_names_variant_option_and_limits() -> None:
    for text in ("efficientdm:rank=0", "efficientdm:rank=-3"):
        with pytest.raises(VariantError, match=rf"{text}: rank must be from 1 to 4,096, not"):
            parse_variant(text)
    with pytest.raises(VariantError, match="min_bits must not be above max_bits, but they are 6 and 4"):
        QDiT4SRPlus(min_bits=6, max_bits=4)
    with pytest.raises(VariantError, match="a whole number, not"):
        QDiT4SRPlus(rank=2.5)  # type: ignore[arg-type]
