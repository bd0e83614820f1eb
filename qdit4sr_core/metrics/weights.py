"""Which weight files a metric needs, where they are looked for, and whether they are here.

The folders are those that pyiqa, torchvision, CLIP and timm look into themselves, computed without importing
any of them. A file that is already there is used; nothing is fetched unless `download` is called.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..presence import file_is_there
from ..user_folders import expanded

Folder = Literal["pyiqa", "checkpoints", "clip", "timm"]

_PYIQA_URL = "https://huggingface.co/chaofengc/IQA-PyTorch-Weights/resolve/main/"
_TORCHVISION_URL = "https://download.pytorch.org/models/"
_CLIP_URL = "https://openaipublic.azureedge.net/clip/models/"


def hub_folder() -> Path:
    """The folder that `torch.hub.get_dir()` names: `$TORCH_HOME/hub`, by default `~/.cache/torch/hub`."""
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    home = os.environ.get("TORCH_HOME", os.path.join(cache, "torch"))
    return expanded(home) / "hub"


def huggingface_folder() -> Path:
    """The folder of the Hugging Face cache, in which timm looks for its weights."""
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    home = os.environ.get("HF_HOME", os.path.join(cache, "huggingface"))
    return expanded(os.environ.get("HF_HUB_CACHE", os.path.join(home, "hub")))


@dataclass(frozen=True)
class WeightFile:
    """One file: its name, the folder it belongs into, its address and the start of its SHA-256 if known.

    `package` is a folder inside an installed package that carries the same file.
    For timm, `name` is the repository on the hub and the file is its `model.safetensors`.
    """

    name: str
    folder: Folder
    url: str
    sha256: str = ""
    package: tuple[str, str] | None = None

    @property
    def path(self) -> Path:
        """Where the file is expected, and where a download puts it."""
        if self.folder == "timm":
            repository = huggingface_folder() / f"models--{self.name.replace('/', '--')}"
            snapshots = sorted(repository.glob("snapshots/*/model.safetensors"))
            return snapshots[0] if snapshots else repository / "snapshots" / "*" / "model.safetensors"
        return hub_folder() / self.folder / self.name

    def find(self) -> Path | None:
        """The file's path if it is here, in an installed package or in its folder."""
        if self.package is not None:
            spec = importlib.util.find_spec(self.package[0])
            for place in (spec.submodule_search_locations or ()) if spec else ():
                packaged = Path(place) / self.package[1] / self.name
                if file_is_there(packaged):
                    return packaged
        return self.path if file_is_there(self.path) else None


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def pyiqa_file(name: str) -> WeightFile:
    """A file of pyiqa's own weights; the digits at the end of its name, if any, start its SHA-256."""
    stem = name.rsplit(".", 1)[0]
    tail = stem.rsplit("-", 1)[-1]
    digits = tail if len(tail) == 8 and set(tail) <= set("0123456789abcdef") else ""
    return WeightFile(name, "pyiqa", _PYIQA_URL + name, digits)


def torchvision_file(name: str) -> WeightFile:
    """A backbone of torchvision."""
    digits = name.rsplit(".", 1)[0].rsplit("-", 1)[-1]
    return WeightFile(name, "checkpoints", _TORCHVISION_URL + name, digits)


def clip_file(name: str, sha256: str) -> WeightFile:
    """A model of OpenAI's CLIP."""
    return WeightFile(name, "clip", f"{_CLIP_URL}{sha256}/{name}", sha256)


def timm_file(repository: str) -> WeightFile:
    """The weights of a repository on the hub, as timm loads them."""
    return WeightFile(
        repository, "timm", f"https://huggingface.co/{repository}/resolve/main/model.safetensors"
    )


def stlpips_file(name: str, sha256: str) -> WeightFile:
    """A file that the package stlpips_pytorch brings along."""
    packaged = ("stlpips_pytorch", "weights/vST0.0")
    return WeightFile(name, "pyiqa", _PYIQA_URL + name, sha256, packaged)
