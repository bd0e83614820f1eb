"""Inputs too wide for a whole second moment keep its blocks, and what was done is written down."""

import pytest
import torch

from qdit4sr_core.models import DiT4SR, SuperResolutionModel
from qdit4sr_core.quantize import collect_statistics, quantization_record, quantize, set_sampling_step
from qdit4sr_core.quantize.calibration import statistics
from qdit4sr_core.quantize.methods.gptq import GPTQ

Inputs = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
WIDE = "transformer_blocks.1.ff.net.2"


def test_wide_inputs_keep_blocks_of_their_moment(
    tiny_model: SuperResolutionModel, tiny_inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(model: DiT4SR) -> None:
        set_sampling_step(model, 0, 1)
        model(*tiny_inputs)

    whole = collect_statistics(tiny_model.transformer, run, steps=1)
    monkeypatch.setattr(statistics, "LARGEST_MOMENT", 64)
    blocks = collect_statistics(tiny_model.transformer, run, steps=1)
    exact, kept = whole.layers[WIDE].second_moment, blocks.layers[WIDE].second_moment
    assert exact is not None
    assert kept is not None
    assert kept.shape == (2, 64, 64)
    dense = blocks.layers[WIDE].dense_moment
    assert dense is not None
    for part in (slice(0, 64), slice(64, 128)):
        assert torch.allclose(dense[part, part], exact[part, part], atol=1e-4)
    assert not bool(dense[:64, 64:].any())

    def error(calibration: statistics.Calibration, rounding: bool) -> float:
        given = GPTQ(3, 16)
        model = quantize(tiny_model.transformer, given, calibration if rounding else empty)
        wrong = (
            model.get_submodule(WIDE).effective_weight() - tiny_model.transformer.get_submodule(WIDE).weight
        )
        return float(((wrong @ exact) * wrong).sum())

    empty = statistics.Calibration({}, 1)
    assert error(blocks, True) < 0.9 * error(blocks, False)  # far better than no error feedback at all
    record = quantization_record(quantize(tiny_model.transformer, GPTQ(), blocks))
    assert record is not None
    assert record.resolved["statistics"][WIDE] == "second moment in 2 blocks of 64 channels"
