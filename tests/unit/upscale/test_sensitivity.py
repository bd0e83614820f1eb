"""The final latent's response to every layer, drawn back through the whole, guided sampling."""

import dataclasses
import functools
from typing import Any

import numpy as np
import pytest
import torch

from qdit4sr_core.images import LoadedImage
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.quantize import quantize
from qdit4sr_core.quantize.methods.q_dit4sr_plus import QDiT4SRPlus
from qdit4sr_core.upscale import SamplingSettings, calibration, sensitivity
from qdit4sr_core.upscale.adjoint import trajectory_adjoint
from qdit4sr_core.upscale.denoise import denoise
from qdit4sr_core.upscale.pipeline import flow_of
from qdit4sr_core.upscale.sensitivity import PROBE_SEED, PROBES, trajectory_sensitivity

NAME = "transformer_blocks.1.ff.net.2"


def _photos(count: int, seed: int, side: int = 16) -> list[LoadedImage]:
    generator = np.random.default_rng(seed)
    return [
        LoadedImage(generator.integers(0, 256, (side, side, 3), np.uint8), sha256=f"{seed} {n}")
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


@pytest.mark.parametrize("seed", [0, PROBE_SEED])
def test_probes_are_not_the_starting_noise(
    tiny_model: SuperResolutionModel, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """A probe that is the starting noise sees one direction the sampler is special in."""
    drawn = []

    def draw_only(*given: Any) -> None:
        start, projections = given[1], given[4]
        drawn.extend((start, probe) for probe in projections(start))

    monkeypatch.setattr(sensitivity, "trajectory_adjoint", draw_only)
    chosen = SamplingSettings.for_model(tiny_model, seed=seed)
    trajectory_sensitivity(tiny_model, [photo.pixels for photo in _photos(2, 4)], chosen)
    assert len(drawn) == 2 * PROBES
    for start, probe in drawn:
        noise = start / start.square().mean().sqrt()
        correlation = float((probe * noise).mean() / probe.square().mean().sqrt())
        assert abs(correlation) < 4 / noise.numel() ** 0.5
    assert len({tuple(probe.flatten().tolist()) for _, probe in drawn}) == len(drawn)


def test_the_result_depends_little_on_seed_and_crop(
    tiny_model: SuperResolutionModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Final error of Q-DiT4SR+, plan and codes, by calibrations with other photos and noise, or other probes.

    Crops are large enough to fill the second moments.
    """
    settings = SamplingSettings.for_model(tiny_model)
    flows = [
        lambda t, p=p, s=s: flow_of(tiny_model.with_transformer(t), p, dataclasses.replace(settings, seed=s))
        for s, p in enumerate(photo.pixels for photo in _photos(4, 99))
    ]

    def latents(transformer: torch.nn.Module) -> list[torch.Tensor]:
        with torch.no_grad():
            made = (flow(transformer) for flow in flows)
            return [denoise(f.velocity, f.start, f.levels) for f in made]

    exact = latents(tiny_model.transformer)

    def decibels(photos: int, probes: int = PROBE_SEED) -> float:
        probing = functools.partial(trajectory_sensitivity, seed=probes)
        monkeypatch.setattr(calibration, "trajectory_sensitivity", probing)
        noise = dataclasses.replace(settings, seed=50 * photos)
        statistics = calibration.calibrate(tiny_model, _photos(4, photos, 32), noise)
        made = latents(quantize(tiny_model.transformer, QDiT4SRPlus(), statistics))
        error = sum(float((a - b).square().mean()) for a, b in zip(made, exact, strict=True))
        return float(10 * np.log10(error))

    by_photos = [decibels(photos) for photos in (1, 2, 3)]
    by_probes = [by_photos[0], *(decibels(1, probes) for probes in (11, 12))]
    assert max(by_photos) - min(by_photos) < 0.5
    assert max(by_probes) - min(by_probes) < 0.35


def test_layers_that_see_the_time_alone_are_measured_too(tiny_model: SuperResolutionModel) -> None:
    """AdaLN layers see no latent, but the result depends on them: what an error of their weights does."""
    name = "transformer_blocks.0.norm1.linear"
    settings = SamplingSettings.for_model(tiny_model)
    photo = _photos(1, 4)[0].pixels
    root = trajectory_sensitivity(tiny_model, [photo], settings, probes=16)[name].root[:, :-1]
    flow = flow_of(tiny_model, photo, settings)
    layer, energy = tiny_model.transformer.get_submodule(name), 0.0
    generator = torch.Generator().manual_seed(0)
    weight, whole = layer.weight, layer.weight.clone()
    with torch.no_grad():
        exact = denoise(flow.velocity, flow.start, flow.levels)
        for _ in range(8):
            wrong = 1e-3 * torch.randn(weight.shape, generator=generator)
            weight += wrong
            try:
                moved = denoise(flow.velocity, flow.start, flow.levels)
            finally:
                weight.copy_(whole)
            energy += float((moved - exact).square().mean()) / 1e-6 / 8
    assert float(root.square().sum()) == pytest.approx(energy, rel=0.35)
