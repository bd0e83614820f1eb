"""The final latent's response to every layer, drawn back through the whole, guided sampling."""

import dataclasses

import numpy as np
import pytest
import torch

from qdit4sr_core.images import LoadedImage
from qdit4sr_core.models import DiT4SR, SuperResolutionModel
from qdit4sr_core.quantize import Calibration
from qdit4sr_core.quantize.apply import make_plan, quantize_source, replace_module, share_copy
from qdit4sr_core.quantize.calibration.sensitivity import random_signs
from qdit4sr_core.quantize.methods.q_dit4sr_plus import QDiT4SRPlus
from qdit4sr_core.quantize.targets import linear_sources
from qdit4sr_core.upscale import SamplingSettings, initial_noise
from qdit4sr_core.upscale.adjoint import trajectory_adjoint
from qdit4sr_core.upscale.calibration import calibrate
from qdit4sr_core.upscale.denoise import denoise
from qdit4sr_core.upscale.pipeline import flow_of
from qdit4sr_core.upscale.sensitivity import PROBE_SEED, trajectory_sensitivity

NAME = "transformer_blocks.1.ff.net.2"


def _photos(count: int, seed: int) -> list[LoadedImage]:
    generator = np.random.default_rng(seed)
    return [
        LoadedImage(generator.integers(0, 256, (16, 16, 3), np.uint8), sha256=f"{seed} {n}")
        for n in range(count)
    ]


@pytest.mark.parametrize("order", [1, 2])
def test_the_adjoint_is_the_derivative_through_all_steps(order: int) -> None:
    levels = [1.0, 0.7, 0.45, 0.1, 0.0]
    start = torch.randn(1, 2, 3, 3, generator=torch.Generator().manual_seed(0))
    probe = torch.randn(1, 2, 3, 3, generator=torch.Generator().manual_seed(1))

    def velocity(x: torch.Tensor, step: int, sigma: float) -> torch.Tensor:
        return torch.sin(x * (1 + step)) + sigma * x

    x = start.clone().requires_grad_(True)
    (exact,) = torch.autograd.grad((denoise(velocity, x, levels, order=order) * probe).sum(), x)
    (ours,) = trajectory_adjoint(velocity, start, levels, order, lambda _: [probe])
    assert torch.allclose(ours, exact, atol=1e-5)


@pytest.mark.parametrize("settings", [{}, {"solver": "adams"}, {"guidance": 3.0}, {"tile": 8, "overlap": 4}])
def test_it_predicts_what_noise_in_a_step_does_to_the_latent(
    settings: dict[str, object], tiny_model: SuperResolutionModel
) -> None:
    """Noise of one layer in the second step, sampled on through the rest."""
    chosen = SamplingSettings.for_model(tiny_model, **settings)
    photo = _photos(1, 4)[0].pixels
    measured = trajectory_sensitivity(tiny_model, [photo], chosen, probes=8)[NAME]
    flow = flow_of(tiny_model, photo, chosen)
    layer = tiny_model.transformer.get_submodule(NAME)
    generator, energy, now = torch.Generator().manual_seed(0), 0.0, -1

    def velocity(x: torch.Tensor, step: int, sigma: float) -> torch.Tensor:
        nonlocal now
        now = step
        return flow.velocity(x, step, sigma)

    with torch.no_grad():
        exact = denoise(velocity, flow.start, flow.levels, order=chosen.order)
        handle = layer.register_forward_hook(
            lambda m, i, out: out + (now == 1) * 1e-2 * torch.randn(out.shape, generator=generator)
        )
        try:
            for _ in range(8):
                wrong = denoise(velocity, flow.start, flow.levels, order=chosen.order)
                energy += float((wrong - exact).square().mean()) / 1e-4 / 8
        finally:
            handle.remove()
    assert float(measured.noise[1]) == pytest.approx(energy, rel=0.35)


def test_probes_are_not_the_starting_noise(tiny_model: SuperResolutionModel) -> None:
    """A probe that is the starting noise sees one direction the sampler is special in."""
    chosen = SamplingSettings.for_model(tiny_model)
    noise = initial_noise(tiny_model, (16, 16), chosen.seed)
    probe = random_signs(tuple(noise.shape), PROBE_SEED + 1_000_003)
    correlation = float((probe * noise).mean() / noise.std())
    assert abs(correlation) < 4 / noise.numel() ** 0.5


def test_the_plan_depends_little_on_seed_and_crop(tiny_model: SuperResolutionModel) -> None:
    """Final error of Q-DiT4SR+ by calibrations with other photos, noise and probes: within half a decibel."""
    settings = SamplingSettings.for_model(tiny_model)
    test_photos = [photo.pixels for photo in _photos(4, 99)]
    flows = [
        lambda t, p=p, s=s: flow_of(tiny_model.with_transformer(t), p, dataclasses.replace(settings, seed=s))
        for s, p in enumerate(test_photos)
    ]

    def latents(transformer: torch.nn.Module) -> list[torch.Tensor]:
        with torch.no_grad():
            made = (flow(transformer) for flow in flows)
            return [denoise(f.velocity, f.start, f.levels) for f in made]

    exact = latents(tiny_model.transformer)
    calibrations = [
        calibrate(tiny_model, _photos(4, seed), dataclasses.replace(settings, seed=50 * seed))
        for seed in (1, 2)
    ]
    decibels = []
    for calibration in calibrations:  # each plans; codes are found with the same statistics
        made = latents(_planned(tiny_model.transformer, calibration, calibrations[0]))
        error = sum(float((a - b).square().mean()) for a, b in zip(made, exact, strict=True))
        decibels.append(10 * np.log10(error))
    assert abs(decibels[0] - decibels[1]) < 0.5


def _planned(model: DiT4SR, planning: Calibration, rounding: Calibration) -> DiT4SR:
    """Q-DiT4SR+ with the bits of one calibration and the codes of another."""
    config, sources, quantized = QDiT4SRPlus(), linear_sources(model), share_copy(model)
    plan = make_plan(config, sources, model.config.width, planning)
    for source in sources:
        replace_module(quantized, source.name, quantize_source(config, source, plan, rounding))
    return quantized
