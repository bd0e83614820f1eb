"""Safetensors files tensor by tensor: assembled larger than memory, and read without mapping them.

A mapped file counts as memory of the process for as long as it is open; here each tensor is read straight
into the memory it stays in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import torch
from torch import Tensor

from ..progress import CancelCheck, never_cancelled, stop_if
from ..whole_file import whole_file

_DTYPE_NAMES = {
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.uint8: "U8",
    torch.int8: "I8",
    torch.int64: "I64",
}
_DTYPES = {name: dtype for dtype, name in _DTYPE_NAMES.items()}


@dataclass(frozen=True)
class TensorEntry:
    """A tensor to be written: its name, kind and shape, and how to get it when its turn comes."""

    name: str
    dtype: torch.dtype
    shape: tuple[int, ...]
    load: Callable[[], Tensor]

    @property
    def bytes(self) -> int:
        """Size in the file."""
        return self.dtype.itemsize * int(torch.Size(self.shape).numel())


def raw_bytes(tensor: Tensor) -> memoryview:
    """The tensor's bytes in row-major order; a view of its memory where that is in order on the CPU."""
    flat = tensor.detach().cpu().contiguous().reshape(-1)
    return memoryview(flat.view(torch.uint8).numpy())  # type: ignore[arg-type]


def checksum(tensor: Tensor) -> str:
    """SHA-256 of the tensor's type, shape and bytes, hexadecimal."""
    digest = hashlib.sha256(f"{_DTYPE_NAMES[tensor.dtype]} {tuple(tensor.shape)} ".encode())
    digest.update(raw_bytes(tensor))
    return digest.hexdigest()


class TensorFile:
    """An open safetensors file whose tensors are read one by one into memory of their own.

    The file's header must have been checked, as opening it with the safetensors library does.
    """

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("rb", buffering=0)
        size = int.from_bytes(self._file.read(8), "little")
        self._entries = json.loads(self._file.read(size))
        self._start = 8 + size

    def __enter__(self) -> TensorFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, name: str) -> Tensor:
        """A tensor by its name. Raises KeyError for an unknown one, EOFError when the file ends before."""
        entry = self._entries[name]
        tensor = torch.empty(entry["shape"], dtype=_DTYPES[entry["dtype"]])
        self._file.seek(self._start + entry["data_offsets"][0])
        left = raw_bytes(tensor)
        while len(left):
            count = self._file.readinto(left)  # type: ignore[attr-defined]
            if not count:
                raise EOFError(f"{self._file.name} ends before {name} does")
            left = left[count:]
        return tensor


def write_tensors(
    path: Path,
    entries: Sequence[TensorEntry],
    metadata: dict[str, str],
    *,
    cancelled: CancelCheck = never_cancelled,
) -> None:
    """Write a safetensors file, one tensor in memory at a time, under a temporary name until complete.

    Raises:
        OutputError: when the file cannot be written.
        Cancelled: when asked to stop; nothing is left behind.
    """
    header: dict[str, object] = {"__metadata__": metadata}
    offset = 0
    for entry in entries:
        header[entry.name] = {
            "dtype": _DTYPE_NAMES[entry.dtype],
            "shape": list(entry.shape),
            "data_offsets": [offset, offset + entry.bytes],
        }
        offset += entry.bytes
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-len(encoded) % 8)
    with whole_file(path) as file:
        file.write(len(encoded).to_bytes(8, "little"))
        file.write(encoded)
        for entry in entries:
            stop_if(cancelled)
            file.write(raw_bytes(entry.load()))
