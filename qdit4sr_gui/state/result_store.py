"""Result images within a memory budget: the least recently used go to a temporary folder. No Qt here."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import numpy as np

from qdit4sr_core.errors import OutputError, reason

from .held_folder import HeldFolder
from .pyramid import Pixels

DEFAULT_BUDGET = 2**30
"""One gibibyte: 21 results of 4096 x 4096 pixels."""


class ResultStore:
    """A dictionary of arrays of which at most `budget` bytes are kept in memory.

    Arrays must not be written to once they are stored. The newest array stays in memory even when it
    alone is over the budget. Memory of an evicted array is free once nobody else holds it either.
    Safe to use from several threads. `close` (or the end of the program) deletes the folder;
    after a crash the next program that needs one does.
    """

    def __init__(self, budget: int = DEFAULT_BUDGET, parent_folder: Path | None = None) -> None:
        self._budget = budget
        self._parent_folder = parent_folder
        self._folder: HeldFolder | None = None
        self._in_memory: OrderedDict[Hashable, Pixels] = OrderedDict()
        self._on_disk: dict[Hashable, Path] = {}
        self._written = 0
        self._lock = threading.RLock()

    def put(self, key: Hashable, pixels: Pixels) -> None:
        """Store an array under `key`, replacing what was there. OutputError if the disk is full."""
        with self._lock:
            self.remove(key)
            self._in_memory[key] = pixels
            self._evict()

    def get(self, key: Hashable) -> Pixels | None:
        """The array of `key`, read back from disk if it went there; None if there is none.

        Raises `OutputError` when its file cannot be read; the array counts as forgotten then.
        """
        with self._lock:
            if key in self._in_memory:
                self._in_memory.move_to_end(key)
                return self._in_memory[key]
            path = self._on_disk.get(key)
            if path is None:
                return None
            try:
                pixels = np.load(path, allow_pickle=False)
            except (OSError, ValueError) as error:
                del self._on_disk[key]
                raise OutputError(
                    f"The result kept in {path} cannot be read back ({error}); run this variant again."
                ) from error
            self._in_memory[key] = pixels
            with contextlib.suppress(OutputError):  # told when it was stored; it stays in memory
                self._evict()
            return pixels

    def remove(self, key: Hashable) -> None:
        """Forget an array; nothing happens if there is none."""
        with self._lock:
            self._in_memory.pop(key, None)
            path = self._on_disk.pop(key, None)
            if path is not None:
                path.unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            for key in self.keys():
                self.remove(key)

    def keys(self) -> list[Hashable]:
        """What is stored, in memory or on disk."""
        with self._lock:
            return list(dict.fromkeys([*self._on_disk, *self._in_memory]))

    def in_memory(self) -> dict[Any, Pixels]:
        """The arrays that need not be read back."""
        with self._lock:
            return dict(self._in_memory)

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._in_memory or key in self._on_disk

    def __len__(self) -> int:
        return len(self.keys())

    @property
    def memory_bytes(self) -> int:
        """Bytes of the arrays in memory."""
        with self._lock:
            return sum(pixels.nbytes for pixels in self._in_memory.values())

    @property
    def disk_bytes(self) -> int:
        """Bytes of the files."""
        with self._lock:
            return sum(path.stat().st_size for path in self._on_disk.values() if path.exists())

    def close(self) -> None:
        """Forget everything and delete the folder."""
        with self._lock:
            self._in_memory.clear()
            self._on_disk.clear()
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None

    def _evict(self) -> None:
        while self.memory_bytes > self._budget and len(self._in_memory) > 1:
            key = next(iter(self._in_memory))
            if key not in self._on_disk:
                self._on_disk[key] = self._write(self._in_memory[key])
            del self._in_memory[key]

    def _write(self, pixels: Pixels) -> Path:
        folder = self._folder_path()
        self._written += 1
        path = folder / f"result{self._written}.npy"
        part = path.with_suffix(".part")
        try:
            with part.open("wb") as file:
                pixels = np.ascontiguousarray(pixels)
                header = np.lib.format.header_data_from_array_1_0(pixels)
                np.lib.format.write_array_header_1_0(file, header)
                file.write(pixels.data)  # np.save hides why a disk refuses
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise _no_room(str(folder), error) from error
        return path

    def _folder_path(self) -> Path:
        if self._folder is None:
            try:
                self._folder = HeldFolder("qdit4sr-results-", self._parent_folder)
            except OSError as error:
                raise _no_room(str(self._parent_folder or tempfile.gettempdir()), error) from error
        return self._folder.path


def _no_room(folder: str, error: OSError) -> OutputError:
    return OutputError(
        f"Older results cannot be moved to {folder} ({reason(error)}) and stay in memory; free some disk "
        "space or remove photos."
    )
