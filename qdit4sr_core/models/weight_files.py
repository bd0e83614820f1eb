"""Finding and opening safetensors weights in a model folder, in every layout diffusers writes.

Accepted: one file, shards with an index, shards whose index was lost, and `.fp16.`-like variants of
each. Reading is memory-mapped and lazy: only headers are read until a tensor is asked for.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from ..errors import CheckpointError
from ..model_files import PICKLE_SUFFIXES, PUBLISHED_WEIGHTS
from ..strict_json import read_json

_SHARD = re.compile(r"^(?P<stem>.+?)-(?P<part>\d{5})-of-(?P<parts>\d{5})(?P<rest>.*)\.safetensors$")
_PREFIXES = ("module.", "_orig_mod.", "transformer.")
_PREFERRED_STEMS = (Path(PUBLISHED_WEIGHTS).stem, "model")
BYTES_PER_ELEMENT = {
    "F64": 8, "I64": 8, "F32": 4, "I32": 4, "F16": 2, "BF16": 2, "I16": 2,
    "F8_E4M3": 1, "F8_E5M2": 1, "I8": 1, "U8": 1, "BOOL": 1,
}  # fmt: skip


@dataclass(frozen=True)
class StoredTensor:
    """Where one tensor lies: its file, its key there, shape and safetensors dtype name (`F16`)."""

    file: Path
    key: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True)
class WeightLayout:
    """The files that together hold the weights of one module."""

    files: tuple[Path, ...]
    description: str
    """For people: `single file`, `2 shards with index`, `fp16 variant, single file`."""
    variant: str | None = None
    """`fp16` for files named `*.fp16.safetensors`; None for the plain ones."""


def shortened(names: Iterable[str], most: int = 3) -> str:
    """`a, b, c and 7 more`: names for an error sentence."""
    listed = sorted(names)
    if len(listed) <= most:
        return ", ".join(listed)
    return f"{', '.join(listed[:most])} and {len(listed) - most} more"


def _from_index(index: Path) -> tuple[Path, ...]:
    try:
        weight_map = read_json(index.read_text(encoding="utf-8"))["weight_map"]
        names = sorted({str(name) for name in weight_map.values()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{index} is not a usable shard index (no readable weight_map).") from error
    files = tuple(index.parent / name for name in names)
    if any(Path(name).name != name for name in names):
        raise CheckpointError(f"{index} points outside its folder; copy the shards next to the index.")
    absent = [file.name for file in files if not file.is_file()]
    if absent:
        raise CheckpointError(
            f"{index} names shards that are not in the folder: {shortened(absent)}. Download them again."
        )
    return files


def _preference(path: Path) -> tuple[int, int, str]:
    stem, *extensions = path.name.split(".")
    stem = stem.split("-0")[0]
    rank = _PREFERRED_STEMS.index(stem) if stem in _PREFERRED_STEMS else len(_PREFERRED_STEMS)
    variant = [part for part in extensions if part not in ("safetensors", "index", "json")]
    return rank, len(variant), path.name


def _variant(path: Path) -> str | None:
    parts = [p for p in path.name.split(".")[1:] if p not in ("safetensors", "index", "json")]
    return parts[0].split("-0")[0] if parts else None


def find_weights(folder: Path) -> WeightLayout:
    """Choose the weight files of a folder: the plain file before a variant, one file before shards.

    Raises:
        CheckpointError: no safetensors weights (pickle files are named and refused), an index naming
            absent shards, an incomplete set of shards, or several unrelated weight files.
    """
    if not folder.is_dir():
        raise CheckpointError(f"{folder} is not a folder.")
    present = sorted(path for path in folder.iterdir() if path.is_file())
    indices = [p for p in present if ".safetensors.index" in p.name and p.suffix == ".json"]
    singles = [p for p in present if p.suffix == ".safetensors" and not _SHARD.match(p.name)]
    candidates = sorted(singles + indices, key=_preference)
    if candidates:
        best = candidates[0]
        rivals = [p for p in candidates[1:] if _preference(p)[:2] == _preference(best)[:2]]
        if _preference(best)[0] == len(_PREFERRED_STEMS) and rivals:
            raise CheckpointError(
                f"{folder} holds several weight files ({shortened(p.name for p in candidates)}); "
                f"keep one, or name it {PUBLISHED_WEIGHTS}."
            )
        variant = _variant(best)
        label = f"{variant} variant, " if variant else ""
        if best in indices:
            files = _from_index(best)
            return WeightLayout(files, f"{label}{len(files)} shards with index", variant)
        return WeightLayout((best,), f"{label}single file", variant)
    shards = [(p, match) for p in present if (match := _SHARD.match(p.name))]
    if shards:
        parts = int(shards[0][1]["parts"])
        if len(shards) != parts or len({m["stem"] + m["rest"] for _, m in shards}) != 1:
            raise CheckpointError(
                f"{folder} has {len(shards)} of {parts} shards and no index; download the folder again."
            )
        return WeightLayout(tuple(p for p, _ in shards), f"{parts} shards without index")
    refuse_pickles(folder)
    raise CheckpointError(f"{folder} holds no .safetensors weights.")


def refuse_pickles(folder: Path) -> None:
    """Raise `CheckpointError` for a folder whose only weights are pickle files."""
    present = sorted(path for path in folder.iterdir() if path.is_file())
    pickles = [p.name for p in present if p.suffix in PICKLE_SUFFIXES]
    if pickles and not any(p.suffix == ".safetensors" for p in present):
        raise CheckpointError(
            f"{folder} holds only pickle weights ({shortened(pickles)}), which can run code when opened "
            "and are not read; convert them to safetensors."
        )


def _is_lfs_pointer(path: Path) -> bool:
    if not path.is_file() or path.stat().st_size > 1024:
        return False
    return path.read_bytes().startswith(b"version https://git-lfs")


LARGEST_HEADER = 32 << 20
"""Bytes of a safetensors header that are read; 100,000 tensors have a tenth of it."""


def header_bytes(path: Path) -> int:
    """The length of the header that a safetensors file states. Raises OSError."""
    with path.open("rb") as file:
        return int.from_bytes(file.read(8), "little")


def open_file(path: Path) -> Any:
    """A memory-mapped safetensors handle. Raises `CheckpointError` for damaged or truncated files."""
    try:
        if LARGEST_HEADER < header_bytes(path) <= path.stat().st_size:
            raise CheckpointError(f"{path} has an impossibly long header; it is damaged, download it again.")
        return safe_open(path, framework="pt")
    except (SafetensorError, OSError) as error:
        if _is_lfs_pointer(path):
            raise CheckpointError(f"{path} is only a Git LFS pointer; run `git lfs pull`.") from error
        raise CheckpointError(
            f"{path} is truncated or damaged and cannot be opened ({error}); download it again."
        ) from error


def _plain_name(key: str) -> str:
    while True:
        prefix = next((p for p in _PREFIXES if key.startswith(p)), None)
        if prefix is None:
            return key
        key = key[len(prefix) :]


def _finite(tensor: Tensor) -> bool:
    if tensor.is_floating_point() and tensor.element_size() == 1:
        tensor = tensor.float()  # torch cannot ask 8-bit floats
    return bool(torch.isfinite(tensor).all())


def cast(tensor: Tensor, dtype: torch.dtype, name: str) -> Tensor:
    """A finite tensor in another dtype. Raises `CheckpointError` when its values overflow there."""
    if not tensor.is_floating_point() or tensor.dtype == dtype:
        return tensor
    result = tensor.to(dtype)
    if not _finite(result):
        raise CheckpointError(f"{name} has values too large for {dtype}; choose bfloat16 or float32.")
    return result


class LazyWeights:
    """The tensors of a set of files by name, read from the memory map when asked for."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._handles = {file: open_file(file) for file in files}
        self.tensors: dict[str, StoredTensor] = {}
        self._changes: dict[str, Callable[[Tensor], Tensor]] = {}
        for file, handle in self._handles.items():
            for key in handle.keys():  # noqa: SIM118 (a safetensors handle is not a mapping)
                view = handle.get_slice(key)
                name = _plain_name(key)
                if name in self.tensors:
                    raise CheckpointError(
                        f"{file.name} holds {name}, which {self.tensors[name].file.name} holds as well; "
                        "remove the file that does not belong."
                    )
                self.tensors[name] = StoredTensor(file, key, tuple(view.get_shape()), view.get_dtype())

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every tensor by its name. Reads none."""
        return {name: stored.shape for name, stored in self.tensors.items()}

    def read(self, name: str, dtype: torch.dtype | None = None) -> Tensor:
        """The tensor `name`, in its stored dtype or cast to `dtype`.

        Raises:
            CheckpointError: unknown name, or values that are not finite (named with their file).
        """
        if name not in self.tensors:
            raise CheckpointError(f"The weights hold no tensor {name}.")
        stored = self.tensors[name]
        tensor: Tensor = self._handles[stored.file].get_tensor(stored.key)
        if not _finite(tensor):
            raise CheckpointError(
                f"{stored.file} holds NaN or infinite values in {name}; it is damaged, download it again."
            )
        if name in self._changes:
            tensor = self._changes[name](tensor)
        return tensor if dtype is None else cast(tensor, dtype, name)

    def change(self, name: str, shape: tuple[int, ...], change: Callable[[Tensor], Tensor]) -> None:
        """Hand out `change(tensor)` of that shape instead of the stored tensor."""
        self.tensors[name] = dataclasses.replace(self.tensors[name], shape=shape)
        self._changes[name] = change

    @property
    def stored_bytes(self) -> int:
        """Bytes of all tensors as stored."""
        total = 0
        for tensor in self.tensors.values():
            elements = 1
            for side in tensor.shape:
                elements *= side
            total += elements * BYTES_PER_ELEMENT.get(tensor.dtype, 4)
        return total
