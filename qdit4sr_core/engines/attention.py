"""Which implementation of attention a transformer uses; full precision and quantized models get the same."""

from __future__ import annotations

import functools

import torch.nn.functional as F
from torch import Tensor, nn

from ..engine_names import ATTENTIONS
from ..errors import SettingsError
from ..models.layers import Attend, JointAttention
from .kernel.attention import attend, attention_fits, attention_runs
from .rounded_attention import RoundedAttention


def choose_attention(transformer: nn.Module, name: str = "auto", engine: str = "auto") -> str:
    """Let every attention of a transformer be computed by `name`; returns which it is.

    What the kernel cannot do (other processors, precisions, devices or sizes of heads) torch does. A variant
    that rounds the operands keeps doing so, in a simulation, whatever is asked for; the answer says so.

    Raises:
        SettingsError: for an unknown name, or bfloat16 where the processor cannot.
    """
    if name not in ATTENTIONS:
        raise SettingsError(f"There is no attention {name!r}; choose from {', '.join(ATTENTIONS)}.")
    if name == "bfloat16" and not attention_runs(bfloat16=True):
        raise SettingsError("This processor, or this installation, has no attention in bfloat16.")
    rounded = attention_rounding(transformer)
    if rounded is not None:
        return str(rounded)
    if name == "auto":
        name = "kernel" if engine in ("auto", "kernel") else "torch"
    if name == "kernel" and not attention_runs():
        name = "torch"
    implementations: dict[str, Attend] = {
        "torch": F.scaled_dot_product_attention,
        "kernel": functools.partial(_attend, bfloat16=False),
        "bfloat16": functools.partial(_attend, bfloat16=True),
    }
    for module in transformer.modules():
        if isinstance(module, JointAttention):
            module.attend = implementations[name]
    return name


def attention_rounding(transformer: nn.Module) -> RoundedAttention | None:
    """How the transformer rounds the operands of its attention; None where they are float."""
    for module in transformer.modules():
        if isinstance(module, JointAttention):
            return module.attend if isinstance(module.attend, RoundedAttention) else None
    return None


def round_attention(transformer: nn.Module, rounding: RoundedAttention) -> None:
    """Round the operands of every attention of a transformer, for good."""
    for module in transformer.modules():
        if isinstance(module, JointAttention):
            module.attend = rounding


def _attend(query: Tensor, key: Tensor, value: Tensor, bfloat16: bool) -> Tensor:
    if not attention_fits(query, key, value):
        return F.scaled_dot_product_attention(query, key, value)
    return attend(query, key, value, bfloat16)
