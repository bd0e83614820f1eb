"""The nano's codec: sizes, what a latent of zeros means, and that crops with a halo are exact."""

import pytest
import torch

from qdit4sr_core.models.nano_codec import NanoCodec, NanoCodecConfig, upscale_bicubic_tensor


@pytest.fixture(scope="module")
def codec() -> NanoCodec:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        config = NanoCodecConfig(
            4, 6, width=8, feature_width=8, feature_blocks=1, decoder_blocks=2, tail_width=8
        )
        return NanoCodec(config).eval().requires_grad_(False)


def test_sizes(codec: NanoCodec) -> None:
    lr = torch.rand(2, 3, 12, 16) * 2 - 1
    latent = codec.encode(upscale_bicubic_tensor(lr, 4), lr)
    assert latent.shape == (2, 4, 6, 8)
    assert codec.encode_lr(lr).shape == (2, 10, 6, 8)
    assert codec.decode(latent, lr).shape == (2, 3, 48, 64)
    assert codec.estimate_latent(codec.encode_lr(lr)).shape == latent.shape


def test_the_latent_reaches_every_pixel_of_its_cell_and_few_beyond(codec: NanoCodec) -> None:
    lr = torch.zeros(1, 3, 64, 64)
    plain, other = torch.zeros(1, 4, 32, 32), torch.zeros(1, 4, 32, 32)
    other[..., 16, 16] = 3.0
    changed = (codec.decode(plain, lr) - codec.decode(other, lr)).abs().amax((0, 1)) > 1e-6
    rows = changed.any(1).nonzero()
    assert bool(changed[128:136, 128:136].all())
    assert 128 - rows.min() <= 4 * codec.receptive_field
    assert rows.max() - 135 <= 4 * codec.receptive_field
