"""The integration loop and classifier-free guidance."""

import math
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from qdit4sr_core.models import DiT4SR, DiT4SRConfig, SuperResolutionModel
from qdit4sr_core.upscale.denoise import DenoisingStep, denoise, guided_velocity
from qdit4sr_core.upscale.schedule import sigmas
from qdit4sr_core.upscale.settings import SamplingSettings


def test_a_straight_flow_is_integrated_exactly() -> None:
    target, noise = torch.full((1, 2, 4, 4), 0.3), torch.randn(1, 2, 4, 4)
    estimates: list[DenoisingStep] = []
    result = denoise(lambda x, step, sigma: noise - target, noise, sigmas(5), estimates.append)
    torch.testing.assert_close(result, target)
    assert [e.step for e in estimates] == [0, 1, 2, 3, 4]
    for estimate in estimates:
        torch.testing.assert_close(estimate.estimate, target)


def test_each_step_gets_its_level() -> None:
    seen: list[tuple[int, float]] = []

    def velocity(x: Tensor, step: int, sigma: float) -> Tensor:
        seen.append((step, sigma))
        return torch.zeros_like(x)

    denoise(velocity, torch.zeros(1, 1, 2, 2), [1.0, 0.6, 0.1, 0.0])
    assert seen == [(0, 1.0), (1, 0.6), (2, 0.1)]


def test_order_two_follows_a_curved_flow_much_closer() -> None:
    start = torch.ones(1, 1, 2, 2, dtype=torch.float32)
    exact = math.exp(-1.5)  # dx/dsigma = 1.5 x from sigma 1 to 0

    def error(steps: int, order: int) -> float:
        calls = []
        levels = [(1 - i / steps) ** 1.3 for i in range(steps + 1)]  # uneven steps
        result = denoise(lambda x, *_: calls.append(1) or 1.5 * x, start, levels, order=order)
        assert len(calls) == steps
        return abs(float(result.mean()) - exact)

    assert error(12, order=2) < error(12, order=1) / 4
    assert error(24, order=2) < error(12, order=2) / 3  # second order: halving the step quarters the error


@dataclass
class _Text:
    text: Tensor
    pooled: Tensor
    negative_text: Tensor | None = None
    negative_pooled: Tensor | None = None


@pytest.fixture(scope="module")
def text_model() -> DiT4SR:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        config = DiT4SRConfig(
            sample_size=16, in_channels=4, out_channels=4, num_layers=2, num_attention_heads=2,
            attention_head_dim=8, joint_attention_dim=12, caption_projection_dim=16, pooled_projection_dim=10,
            dual_attention_layers=(0,), pos_embed_max_size=16,
        )  # fmt: skip
        return DiT4SR(config).eval().requires_grad_(False)


@pytest.mark.parametrize("negative_tokens", [5, 3])
def test_guidance_steers_away_from_the_negative_text(text_model: DiT4SR, negative_tokens: int) -> None:
    generator = torch.Generator().manual_seed(2)

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator)

    x, lr = draw(1, 4, 6, 8), draw(1, 4, 6, 8)
    text = _Text(draw(1, 5, 12), draw(1, 10), draw(1, negative_tokens, 12), draw(1, 10))
    time = torch.tensor([400.0])
    positive = text_model(x, lr, time, text=text.text, pooled=text.pooled)
    negative = text_model(x, lr, time, text=text.negative_text, pooled=text.negative_pooled)
    guided = guided_velocity(text_model, x, lr, 0.4, text, 3.0)
    torch.testing.assert_close(guided, negative + 3 * (positive - negative), atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(guided_velocity(text_model, x, lr, 0.4, text, 1.0), positive)
    assert (guided - positive).abs().max() > 1e-3


def test_guidance_steers_away_from_a_condition_of_zeros(tiny_model: SuperResolutionModel) -> None:
    model = tiny_model.transformer
    generator = torch.Generator().manual_seed(2)
    x = torch.randn(1, 4, 6, 8, generator=generator)
    lr = torch.randn(1, 8, 6, 8, generator=generator)
    time = torch.tensor([400.0])
    positive, negative = model(x, lr, time), model(x, torch.zeros_like(lr), time)
    guided = guided_velocity(model, x, lr, 0.4, guidance=3.0)
    torch.testing.assert_close(guided, negative + 3 * (positive - negative), atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(guided_velocity(model, x, lr, 0.4, guidance=1.0), positive)


def test_guidance_holds_within_its_noise_levels() -> None:
    settings = SamplingSettings(guidance=3.0, guidance_from=0.2, guidance_to=0.6)
    assert [settings.guidance_at(s) for s in (0.1, 0.2, 0.4, 0.6, 0.9)] == [1.0, 3.0, 3.0, 3.0, 1.0]


def test_guidance_is_split_when_the_batch_does_not_fit(text_model: DiT4SR) -> None:
    generator = torch.Generator().manual_seed(3)
    shapes = ((1, 5, 12), (1, 10), (1, 5, 12), (1, 10))
    text = _Text(*(torch.randn(*shape, generator=generator) for shape in shapes))
    x = torch.randn(1, 4, 6, 8, generator=generator)
    batches = []

    def refuse_batches(module: object, inputs: tuple[Tensor, ...]) -> None:
        batches.append(inputs[0].shape[0])
        if batches[-1] > 1:
            raise torch.OutOfMemoryError("no memory for two")

    together = guided_velocity(text_model, x, x, 0.4, text, 3.0)
    hook = text_model.register_forward_pre_hook(refuse_batches)
    try:
        apart = guided_velocity(text_model, x, x, 0.4, text, 3.0)
    finally:
        hook.remove()
    assert batches == [2, 1, 1]
    torch.testing.assert_close(together, apart, atol=1e-4, rtol=1e-4)


def test_guidance_is_split_when_memory_is_short(text_model: DiT4SR, monkeypatch: pytest.MonkeyPatch) -> None:
    text = _Text(torch.ones(1, 5, 12), torch.ones(1, 10), torch.zeros(1, 5, 12), torch.zeros(1, 10))
    x, batches = torch.ones(1, 4, 6, 8), []
    hook = text_model.register_forward_pre_hook(lambda _, inputs: batches.append(inputs[0].shape[0]))
    try:
        together = guided_velocity(text_model, x, x, 0.4, text, 3.0)
        monkeypatch.setattr("qdit4sr_core.upscale.denoise.available_bytes", lambda device: 1000)
        apart = guided_velocity(text_model, x, x, 0.4, text, 3.0)
    finally:
        hook.remove()
    assert batches == [2, 1, 1]
    torch.testing.assert_close(together, apart, atol=1e-4, rtol=1e-4)


def test_without_a_negative_text_there_is_no_guidance(text_model: DiT4SR) -> None:
    x, text = torch.ones(1, 4, 4, 4), _Text(torch.ones(1, 2, 12), torch.ones(1, 10))
    plain = text_model(x, x, torch.tensor([500.0]), text=text.text, pooled=text.pooled)
    torch.testing.assert_close(guided_velocity(text_model, x, x, 0.5, text, 8.0), plain)


def test_a_batch_is_guided_photo_by_photo(tiny_model: SuperResolutionModel) -> None:
    generator = torch.Generator().manual_seed(4)
    x, lr = (torch.randn(3, channels, 6, 8, generator=generator) for channels in (4, 8))
    together = guided_velocity(tiny_model.transformer, x, lr, 0.4, guidance=2.0)
    for i in range(3):
        alone = guided_velocity(tiny_model.transformer, x[i : i + 1], lr[i : i + 1], 0.4, guidance=2.0)
        torch.testing.assert_close(together[i : i + 1], alone, atol=1e-4, rtol=1e-4)
