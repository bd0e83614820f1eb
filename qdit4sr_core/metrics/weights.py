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

Folder = Literal["pyiqa", "checkpoints", "clip", "timm"]

_PYIQA_URL = "https://huggingface.co/chaofengc/IQA-PyTorch-Weights/resolve/main/"
_TORCHVISION_URL = "https://download.pytorch.org/models/"
_CLIP_URL = "https://openaipublic.azureedge.net/clip/models/"


def hub_folder() -> Path:
    """The folder that `torch.hub.get_dir()` names: `$TORCH_HOME/hub`, by default `~/.cache/torch/hub`."""
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    home = os.environ.get("TORCH_HOME", os.path.join(cache, "torch"))
    return Path(home).expanduser() / "hub"


def huggingface_folder() -> Path:
    """The folder of the Hugging Face cache, in which timm looks for its weights."""
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    home = os.environ.get("HF_HOME", os.path.join(cache, "huggingface"))
    return Path(os.environ.get("HF_HUB_CACHE", os.path.join(home, "hub"))).expanduser()


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
                if packaged.is_file():
                    return packaged
        return self.path if self.path.is_file() else None


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _pyiqa(name: str) -> WeightFile:
    stem = name.rsplit(".", 1)[0]
    tail = stem.rsplit("-", 1)[-1]
    digits = tail if len(tail) == 8 and set(tail) <= set("0123456789abcdef") else ""
    return WeightFile(name, "pyiqa", _PYIQA_URL + name, digits)


def _torchvision(name: str) -> WeightFile:
    digits = name.rsplit(".", 1)[0].rsplit("-", 1)[-1]
    return WeightFile(name, "checkpoints", _TORCHVISION_URL + name, digits)


def _clip(name: str, sha256: str) -> WeightFile:
    return WeightFile(name, "clip", f"{_CLIP_URL}{sha256}/{name}", sha256)


def _timm(repository: str) -> WeightFile:
    return WeightFile(
        repository, "timm", f"https://huggingface.co/{repository}/resolve/main/model.safetensors"
    )


def _stlpips(name: str, sha256: str) -> WeightFile:
    packaged = ("stlpips_pytorch", "weights/vST0.0")
    return WeightFile(name, "pyiqa", _PYIQA_URL + name, sha256, packaged)


_ALEXNET = _torchvision("alexnet-owt-7be5be79.pth")
_VGG16 = _torchvision("vgg16-397923af.pth")
_RN50 = _clip("RN50.pt", "afeb0e10f9e5a86da6080e35cf09123aca3b358a0c3e3b6c78a7b63bc04b6762")
_VIT_B_32 = _clip("ViT-B-32.pt", "40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af")

WEIGHTS: dict[str, tuple[WeightFile, ...]] = {
    "stlpips": (
        _stlpips(
            "alex_shift_tolerant.pth", "b356b382f96010f77d085ee8343ecd9fd322d0a56e8de2b2d0549fafcad8b9ee"
        ),
    ),
    "stlpips_vgg": (
        _stlpips(
            "vgg_shift_tolerant.pth", "44597da68f49c1837c100ff52299050f274d102eb102e5837178c79be6f0e250"
        ),
    ),
    "lpips": (_pyiqa("LPIPS_v0.1_alex-df73285e.pth"), _ALEXNET),
    "lpips_vgg": (_pyiqa("LPIPS_v0.1_vgg-a78928a0.pth"), _VGG16),
    "dists": (_pyiqa("DISTS_weights-f5e65c96.pth"), _VGG16),
    "topiq_fr": (_pyiqa("cfanet_fr_kadid_res50-2c4cc61d.pth"), _timm("timm/resnet50.a1_in1k")),
    "topiq_nr": (_pyiqa("cfanet_nr_koniq_res50-9a73138b.pth"), _timm("timm/resnet50.a1_in1k")),
    "niqe": (_pyiqa("niqe_modelparameters.mat"),),
    "ilniqe": (_pyiqa("ILNIQE_templateModel.mat"),),
    "brisque": (_pyiqa("brisque_svm_weights.pth"),),
    "musiq": (_pyiqa("musiq_koniq_ckpt-e95806b9.pth"),),
    "maniqa": (_pyiqa("ckpt_koniq10k.pt"), _timm("timm/vit_base_patch8_224.augreg2_in21k_ft_in1k")),
    "clipiqa": (_RN50,),
    "clipiqa+": (_pyiqa("CLIP-IQA+_learned_prompts-603f3273.pth"), _RN50),
    "liqe": (_pyiqa("liqe_koniq.pt"), _VIT_B_32),
}
"""The files each metric needs, by the metric's name; metrics that are not listed need none."""
