"""Colour fixes move colours, not detail."""

import numpy as np
import pytest
import torch

from qdit4sr_core.upscale.color import adain, fix_color, low_frequencies, wavelet


def _image(seed: int, height: int = 40, width: int = 56) -> torch.Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


def test_adain_matches_mean_and_deviation() -> None:
    image, reference = _image(0) * 0.4 + 0.5, _image(1)
    fixed = adain(image, reference)
    torch.testing.assert_close(fixed.mean((2, 3)), reference.mean((2, 3)), atol=1e-4, rtol=0)
    torch.testing.assert_close(fixed.std((2, 3)), reference.std((2, 3)), atol=1e-3, rtol=0)


def test_adain_of_one_pixel_takes_its_colour() -> None:
    torch.testing.assert_close(adain(_image(0, 1, 1), _image(1, 1, 1)), _image(1, 1, 1))


def test_wavelet_undoes_a_colour_cast_and_keeps_detail() -> None:
    image = _image(2)
    cast = image + torch.tensor([0.2, -0.1, 0.05]).view(1, 3, 1, 1)
    torch.testing.assert_close(wavelet(cast, image), image, atol=1e-5, rtol=0)


def test_low_frequencies_are_the_binomial_blur() -> None:
    impulse = torch.zeros(1, 1, 9, 9)
    impulse[0, 0, 4, 4] = 1
    once = low_frequencies(impulse, levels=1)[0, 0, 3:6, 3:6].numpy()
    np.testing.assert_allclose(once * 16, [[1, 2, 1], [2, 4, 2], [1, 2, 1]], atol=1e-6)
    twice = low_frequencies(impulse, levels=2)[0, 0, 4]
    np.testing.assert_allclose(twice.sum(), 0.25, atol=1e-6)  # 2/4 of 2/4 stays in the row


@pytest.mark.parametrize("size", [(1, 1), (1, 30), (7, 3)])
def test_wavelet_on_tiny_images(size: tuple[int, int]) -> None:
    assert wavelet(_image(3, *size), _image(4, *size)).shape == (1, 3, *size)


def test_none_changes_nothing() -> None:
    assert torch.equal(fix_color(_image(5), _image(6), "none"), _image(5))
