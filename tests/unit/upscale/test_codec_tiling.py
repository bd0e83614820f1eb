"""Decoding crop by crop gives what decoding the whole gives."""

import pytest
import torch

from qdit4sr_core.errors import Cancelled
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.upscale.codec_tiling import decode_tiled, encode_lr_tiled, halo_crops


def _pair(height: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(11)
    lr = torch.rand(1, 3, height, width, generator=generator) * 2 - 1
    return lr, torch.randn(1, 4, height // 2, width // 2, generator=generator)


@pytest.mark.parametrize(("height", "width", "size"), [(48, 64, 16), (36, 92, 30), (40, 40, 7)])
def test_tiled_codec_is_exact(tiny_model: SuperResolutionModel, height: int, width: int, size: int) -> None:
    lr, latent = _pair(height, width)
    codec = tiny_model.codec
    with torch.no_grad():
        whole, condition = codec.decode(latent, lr), codec.encode_lr(lr)
        pairs = [
            (decode_tiled(codec, latent, lr, size), whole),
            (encode_lr_tiled(codec, lr, size), condition),
        ]
    for tiled, expected in pairs:  # equal but for the order of float32 sums
        torch.testing.assert_close(tiled, expected, rtol=0, atol=1e-5 * float(expected.abs().max()))


def test_without_the_halo_it_would_not_be_exact(
    tiny_model: SuperResolutionModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    lr, latent = _pair(48, 64)
    codec = tiny_model.codec
    monkeypatch.setattr(type(codec), "receptive_field", 0)
    with torch.no_grad():
        difference = (decode_tiled(codec, latent, lr, 16) - codec.decode(latent, lr)).abs().max()
    assert difference > 1e-3


def test_zero_decodes_at_once(tiny_model: SuperResolutionModel) -> None:
    lr, latent = _pair(32, 32)
    crops: list[tuple[int, int]] = []
    with torch.no_grad():
        decode_tiled(tiny_model.codec, latent, lr, 0, report=lambda done, total: crops.append((done, total)))
    assert crops == [(1, 1)]


def test_crops_cover_the_photo_once_and_sit_on_cells() -> None:
    covered = torch.zeros(50, 38)
    for crop in halo_crops(50, 38, 16, 5, 2):
        top, bottom, left, right = crop.core
        covered[top:bottom, left:right] += 1
        assert all(edge % 2 == 0 for edge in (*crop.core, *crop.outer))
        assert crop.outer[0] == max(top - 6, 0)
        assert crop.outer[3] == min(right + 6, 38)
    assert torch.equal(covered, torch.ones(50, 38))


def test_cancel_between_crops(tiny_model: SuperResolutionModel) -> None:
    lr, latent = _pair(64, 64)
    done: list[int] = []
    with torch.no_grad(), pytest.raises(Cancelled):
        decode_tiled(
            tiny_model.codec,
            latent,
            lr,
            16,
            cancelled=lambda: len(done) == 1,
            report=lambda d, _: done.append(d),
        )
    assert done == [1]
