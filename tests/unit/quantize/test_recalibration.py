"""Statistics taken anew behind quantized blocks: when, of what, and what second-order rounding gains."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from qdit4sr_core.errors import VariantError
from qdit4sr_core.models import DiT4SR, SuperResolutionModel
from qdit4sr_core.quantize import (
    Calibration,
    collect_statistics,
    quantize,
    quantized_layers,
    set_sampling_step,
)
from qdit4sr_core.quantize.methods.gptq import GPTQ
from qdit4sr_core.quantize.methods.rtn import RTN
from qdit4sr_core.quantize.targets import linear_sources
from qdit4sr_core.quantize.variants import parse_variant
from qdit4sr_core.quantized_models import QuantizedModels
from qdit4sr_core.upscale import SamplingSettings
from qdit4sr_core.upscale.calibration import calibrate
from qdit4sr_core.upscale.recalibration import recalibration

Inputs = tuple[Tensor, Tensor, Tensor]
STEPS = 3


def _sampling(inputs: Inputs) -> Callable[[DiT4SR], None]:
    def run(model: DiT4SR) -> None:
        for step in range(STEPS):
            set_sampling_step(model, step, STEPS)
            model(*(given * (1 - step / STEPS) for given in inputs))

    return run


def test_each_block_sees_the_quantized_blocks_before_it(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration, tiny_inputs: Inputs
) -> None:
    seen: list[set[str]] = []
    kept: list[Calibration] = []

    def again(transformer: DiT4SR) -> Calibration:
        seen.append({name.split(".")[1] for name in quantized_layers(transformer)})
        kept.append(collect_statistics(transformer, _sampling(tiny_inputs), steps=STEPS))
        return kept[-1]

    model = quantize(
        tiny_model.transformer, GPTQ(2, 2, recalibrate=True), tiny_calibration, recalibrate=again
    )
    assert seen == [{"0"}]  # the second of two blocks
    assert all(name.startswith("transformer_blocks.1.") for name in kept[0].layers)
    plain = quantize(tiny_model.transformer, GPTQ(2, 2), tiny_calibration)
    gained = lost = 0.0
    for source in linear_sources(tiny_model.transformer):
        ours, theirs = (quantized_layers(m)[source.name].weight for m in (model, plain))
        if source.name.startswith("transformer_blocks.0."):
            assert torch.equal(ours, theirs)
        elif source.name in kept[0].layers:
            moment = kept[0].layers[source.name].dense_moment
            assert moment is not None
            for missed, sign in ((ours - source.load()[0], 1), (theirs - source.load()[0], -1)):
                error = float(((missed @ moment) * missed).sum())
                gained, lost = (gained + error, lost) if sign == 1 else (gained, lost + error)
    assert gained < 0.95 * lost  # on the inputs that the block really gets


def test_it_is_refused_where_it_would_do_nothing_or_cannot_be_done(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration
) -> None:
    with pytest.raises(VariantError, match="uses no statistics"):
        quantize(tiny_model.transformer, RTN(recalibrate=True), recalibrate=lambda _: tiny_calibration)
    with pytest.raises(VariantError, match="cannot be done"):
        quantize(tiny_model.transformer, GPTQ(recalibrate=True), tiny_calibration)


def test_a_comparison_recalibrates_from_the_bundled_photos_only(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration
) -> None:
    settings = SamplingSettings.for_model(tiny_model, steps=1)
    variant = parse_variant("gptq-w4a4:recalibrate=true")
    assert QuantizedModels().prepare(tiny_model, variant, None, settings).transformer is not None
    with pytest.raises(VariantError, match="cannot be done"):
        QuantizedModels().prepare(tiny_model, variant, tiny_calibration, settings)


def test_statistics_are_taken_anew_as_they_were_taken_first(tiny_model: SuperResolutionModel) -> None:
    made_with = SamplingSettings.for_model(tiny_model, steps=2, seed=4, tile=8, overlap=0)
    given = calibrate(tiny_model, settings=made_with, crop=80, sensitivity=False)
    recalibrate = recalibration(tiny_model, given)
    assert recalibrate is not None
    again = recalibrate(tiny_model.transformer)
    assert again.provenance == given.provenance
    for name, layer in given.layers.items():
        assert torch.equal(again.layers[name].absmax, layer.absmax), name
