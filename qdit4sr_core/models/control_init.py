"""The start of a DiT4SR training: which parameters it adds to SD3.5, and their first values."""

from __future__ import annotations

import re

import torch
from torch import nn

from .dit4sr import DiT4SR

_ADDED = re.compile(r"_control\.|\.control_conv\.|\.attn2\.(add_[qkv]_proj|to_add_out|norm_added_[qk])\.")


def is_added_to_base(name: str) -> bool:
    """Whether DiT4SR adds this tensor to SD3.5-medium (344 control and 130 never-executed text ones)."""
    return bool(_ADDED.search(name))


@torch.no_grad()
def init_added_parameters(
    model: DiT4SR, dtype: torch.dtype = torch.float32, device: torch.device | str = "cpu"
) -> None:
    """Give the added layers their training start, in place; meta tensors among them get memory.

    Zero: the q, k, v control projections and the cross-stream convolution, so that the LR latent has no
    influence yet. `to_out_control` copies the trained `to_out.0` (the published code copies it before
    SD3.5 is loaded, which leaves a random layer; a copy of the trained one is our choice). The
    never-executed text projections of `attn2` are zero, their norms one.
    """
    for path, module in list(model.named_modules()):
        for name, parameter in list(module.named_parameters(recurse=False)):
            full = f"{path}.{name}"
            if not is_added_to_base(full):
                continue
            value = torch.zeros(parameter.shape, dtype=dtype, device=device)
            if ".norm_added_" in full:
                value.fill_(1)
            elif ".to_out_control." in full:
                source = full.replace(".to_out_control.", ".to_out.0.")
                value.copy_(model.get_parameter(source))
            setattr(module, name, nn.Parameter(value))
