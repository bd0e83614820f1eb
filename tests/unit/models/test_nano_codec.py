"""The nano's codec: sizes, how far a latent reaches, and how colourful detail may be."""

import pytest
import torch

from qdit4sr_core.models.nano_codec import NanoCodec, NanoCodecConfig, bound_colour, upscale_bicubic_tensor


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


def test_a_grey_photo_stays_grey_whatever_the_latent_says() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(4)
        codec = NanoCodec(NanoCodecConfig(width=8, feature_width=8, colour_share=0.25)).eval()
        torch.nn.init.normal_(codec.decoder.out.weight, std=1.0)
        grey = (torch.rand(1, 1, 12, 12) * 2 - 1).expand(1, 3, 12, 12)
        image = codec.decode(torch.randn(1, 8, 6, 6), grey)
    assert image.std() > 0.1
    assert (image.amax(1) - image.amin(1)).max() < 1e-5


def test_detail_is_as_colourful_as_its_share_of_the_photo_and_its_luma_is_kept() -> None:
    lr = torch.zeros(1, 3, 8, 8)
    lr[:, 0, :, :4] = 0.8  # red on the left, grey on the right
    detail = torch.zeros(1, 3, 32, 32)
    detail[:, 2] = 1.0  # blue everywhere
    bounded = bound_colour(detail, lr, 0.25)
    colour = (bounded.amax(1) - bounded.amin(1))[0]
    torch.testing.assert_close(colour[:, :12], torch.full((32, 12), 0.2), rtol=1e-4, atol=1e-4)
    assert colour[:, 26:].max() == 0
    luma = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
    torch.testing.assert_close((bounded * luma).sum(1), (detail * luma).sum(1))
    torch.testing.assert_close(bound_colour(detail, lr, 100.0)[..., :12], detail[..., :12])


@pytest.mark.parametrize("share", [-0.1, float("nan"), float("inf")])
def test_a_share_of_colour_that_is_no_share_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="colour_share"):
        NanoCodecConfig(colour_share=share)
