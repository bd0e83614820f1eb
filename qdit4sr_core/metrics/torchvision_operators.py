"""Let torchvision be imported where its compiled operators are missing.

Beside a CPU-only torch, some torchvision wheels fail at import with "operator torchvision::nms does not
exist": they describe operators that their compiled library did not register. The metrics use none of them,
only layers and image transforms, so declaring the missing schemas is enough. A call of such an operator
still fails, and says that it has no implementation.
"""

from __future__ import annotations

import importlib
import re
import sys

_SCHEMAS = {
    "nms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
_MISSING = re.compile(r"operator torchvision::(\w+) does not exist")


def import_torchvision() -> tuple[str, ...]:
    """Import torchvision, declaring operators it lacks; return the names of those declared.

    Nothing is declared where torchvision imports by itself. Raises what the import raises for other reasons.
    """
    declared: list[str] = []
    while True:
        try:
            importlib.import_module("torchvision")
            return tuple(declared)
        except RuntimeError as error:
            match = _MISSING.search(str(error))
            if match is None or match[1] not in _SCHEMAS or match[1] in declared:
                raise
            _declare(match[1])
            declared.append(match[1])
            for module in sys.modules.copy():  # a copy at once: other threads import meanwhile
                if module.split(".")[0] == "torchvision":
                    sys.modules.pop(module, None)  # half imported: the next attempt starts afresh


def _declare(name: str) -> None:
    import torch

    torch.library.define(f"torchvision::{name}", _SCHEMAS[name])
