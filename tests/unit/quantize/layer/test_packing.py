"""Codes survive packing at every width, in exactly the bytes promised."""

import pytest
import torch

from qdit4sr_core.engines import kernel
from qdit4sr_core.quantize.layer import packing
from qdit4sr_core.quantize.layer.packing import pack, packed_size, unpack, unpack_range


@pytest.fixture(params=["compiled", "torch"], autouse=True)
def packer(request, monkeypatch) -> None:
    """Every test by the compiled library, and as if it were not there."""
    if request.param == "torch":
        monkeypatch.setattr(packing, "packs", lambda tensor: False)
    elif not kernel.available():
        pytest.skip("the kernel was not compiled here")


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


@pytest.mark.parametrize("bits", range(2, 9))
@pytest.mark.parametrize("count", [0, 1, 7, 8, 1003])
def test_the_compiled_packer_writes_what_torch_writes(bits: int, count: int, monkeypatch) -> None:
    half = 2 ** (bits - 1)
    codes = torch.randint(-half, half, (count,), generator=torch.Generator().manual_seed(count)).to(
        torch.int8
    )
    packed = pack(codes, bits)
    part = torch.full((max(0, count - 16),), 77, dtype=torch.int8)
    unpack_range(packed, bits, 16, part)
    assert torch.equal(part, codes[16:])
    monkeypatch.setattr(packing, "packs", lambda tensor: False)
    assert torch.equal(pack(codes, bits), packed)


def test_no_bit_is_wasted() -> None:
    assert packed_size(256 * 256, 3) == 256 * 256 * 3 // 8
    assert pack(torch.tensor([[-2, 1, 0, -1]], dtype=torch.int8), 2).tolist() == [0b01_10_11_00, 0]


def test_unfit_codes_and_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        pack(torch.tensor([4], dtype=torch.int8), 3)
    for unfit in (-9, 8, 127, -128):
        with pytest.raises(ValueError, match="does not fit"):
            pack(torch.tensor([*range(-8, 8), unfit], dtype=torch.int8), 4)
    with pytest.raises(ValueError, match="cannot hold"):
        unpack(torch.zeros(5, dtype=torch.uint8), 4, (8, 2))
