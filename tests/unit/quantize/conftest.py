"""A calibration of the tiny model."""

import pytest
import torch
from torch import Tensor

from qdit4sr_core.models import DiT4SR, SuperResolutionModel
from qdit4sr_core.quantize import Calibration, collect_statistics, set_sampling_step
from qdit4sr_core.quantize.calibration.sensitivity import SensitivityMeter, random_signs

STEPS = 3


@pytest.fixture(scope="session")
def tiny_inputs(tiny_model: SuperResolutionModel) -> tuple[Tensor, Tensor, Tensor]:
    """Noisy latent, LR latent and timestep."""
    generator = torch.Generator().manual_seed(5)
    config = tiny_model.transformer.config
    noisy = torch.randn(1, config.in_channels, 8, 8, generator=generator)
    lr = torch.randn(1, config.lr_channels or config.in_channels, 8, 8, generator=generator)
    return noisy, lr, torch.tensor([600.0])


@pytest.fixture(scope="session")
def tiny_calibration(
    tiny_model: SuperResolutionModel, tiny_inputs: tuple[Tensor, Tensor, Tensor]
) -> Calibration:
    """Three steps of a made-up trajectory whose energy falls."""
    noisy, lr, timestep = tiny_inputs

    def run(model: DiT4SR) -> None:
        for step in range(STEPS):
            set_sampling_step(model, step, STEPS)
            share = 1 - step / STEPS
            model(noisy * share, lr * share, timestep * share)

    meter = SensitivityMeter(tiny_model.transformer, STEPS)
    with meter.watching():
        for step in range(STEPS):
            share = 1 - step / STEPS
            output = tiny_model.transformer(noisy * share, lr * share, timestep * share)
            meter.step = step
            (output * random_signs(tuple(output.shape), 11)).sum().div(output.numel() ** 0.5).backward()
    return collect_statistics(
        tiny_model.transformer,
        run,
        steps=STEPS,
        provenance={"images": ["made up"]},
        sensitivities=meter.result(),
    )
