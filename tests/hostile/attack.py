"""A campaign of spoiled inputs of one kind.

Run as a program (`python -m tests.hostile.attack KIND SEED COUNT`) it prints one JSON object, so that a
crash of a decoder ends this process and not the campaign.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qdit4sr_core.errors import QDiT4SRError

from .inputs import KINDS

LIMIT_SECONDS = 10


@contextlib.contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """TimeoutError in the block when it takes longer (on systems with alarms)."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(*_: object) -> None:
        raise TimeoutError(f"over {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def attack(kind: str, seed: int, count: int) -> dict[str, Any]:
    """Read `count` spoiled inputs: how many were read, refused, took too long or ended in a traceback."""
    found: dict[str, Any] = dict.fromkeys(("inputs", "read", "refused", "hangs"), 0)
    found |= {"tracebacks": [], "slowest": 0.0}
    with tempfile.TemporaryDirectory() as scratch:
        read = KINDS[kind](Path(scratch))
        for number in range(count):
            numbers = random.Random(f"{kind} {seed} {number}")
            began = time.perf_counter()
            found["inputs"] += 1
            try:
                with time_limit(LIMIT_SECONDS):
                    read(numbers)
                found["read"] += 1
            except QDiT4SRError:
                found["refused"] += 1
            except TimeoutError:
                found["hangs"] += 1
            except Exception:
                found["tracebacks"].append(f"{kind} {seed} {number}\n{traceback.format_exc()}")
            found["slowest"] = max(found["slowest"], time.perf_counter() - began)
    return found


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    print(json.dumps(attack(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
