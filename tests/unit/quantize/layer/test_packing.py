"""Codes survive packing at every width, in exactly the bytes promised."""

import pytest
import torch

from qdit4sr_core.quantize.layer.packing import pack, packed_size, unpack


@pytest.mark.parametrize("bits", range(2, 9))
@pytest.mark.parametrize("shape", [(8, 16), (3, 7), (1, 1)])
def test_round_trip(bits: int, shape: tuple[int, int]) -> None:
    generator = torch.Generator().manual_seed(bits)
    half = 2 ** (bits - 1)
    codes = torch.randint(-half, half, shape, generator=generator).to(torch.int8)
    packed = pack(codes, bits)
    assert packed.dtype == torch.uint8
    assert packed.numel() == packed_size(codes.numel(), bits)
    assert torch.equal(unpack(packed, bits, shape), codes)


def test_no_bit_is_wasted() -> None:
    assert packed_size(256 * 256, 3) == 256 * 256 * 3 // 8
    assert pack(torch.tensor([[-2, 1, 0, -1]], dtype=torch.int8), 2).tolist() == [0b01_10_11_00, 0]


def test_unfit_codes_and_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        pack(torch.tensor([4], dtype=torch.int8), 3)
    with pytest.raises(ValueError, match="cannot hold"):
        unpack(torch.zeros(5, dtype=torch.uint8), 4, (8, 2))
