"""Tensors are written and read one at a time, each into memory of its own."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from qdit4sr_core.quantize.tensor_file import TensorEntry, TensorFile, write_tensors


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, dict[str, torch.Tensor]]:
    generator = torch.Generator().manual_seed(0)
    tensors = {
        "bytes": torch.randint(0, 256, (13,), generator=generator, dtype=torch.uint8),
        "codes": torch.randint(-8, 8, (3, 5), generator=generator).to(torch.int8),
        **{str(d): torch.randn(7, 3, generator=generator).to(d) for d in (torch.float16, torch.bfloat16)},
        "wide": torch.randn(4, 2, 3, generator=generator),
        "none": torch.zeros(0, 4),
    }
    path = tmp_path / "tensors.safetensors"
    write_tensors(
        path,
        [TensorEntry(n, t.dtype, tuple(t.shape), lambda t=t: t) for n, t in tensors.items()],  # type: ignore[misc]
        {},
    )
    return path, tensors


def test_what_is_written_is_read(written: tuple[Path, dict[str, torch.Tensor]]) -> None:
    path, tensors = written
    library = load_file(path)
    with TensorFile(path) as file:
        for name, tensor in tensors.items():
            read = file.read(name)
            assert read.dtype == tensor.dtype
            assert torch.equal(read, tensor)
            assert torch.equal(library[name], tensor)
            assert read.numel() == 0 or read.data_ptr() % 16 == 0
        with pytest.raises(KeyError):
            file.read("another")


def test_a_file_that_ends_early(written: tuple[Path, dict[str, torch.Tensor]]) -> None:
    path, _ = written
    path.write_bytes(path.read_bytes()[:-1])
    with TensorFile(path) as file, pytest.raises(EOFError, match="wide"):
        file.read("wide")
