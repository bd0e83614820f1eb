"""A process with everything imported that forks a child for each run: a signal then meets work, not imports.

Run as a program it is that process; `Warm` starts it and speaks with it.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from .commands import MARK, ROOT, environment

PACKAGES = ("cv2", "matplotlib.pyplot", "distributed", "torch", "PIL.Image", "safetensors.torch")


class Warm:
    """One run at a time in a forked child; its exit status is read by `wait`. A context manager."""

    def __enter__(self) -> Warm:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.warm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment("warm"),
            cwd=ROOT,
        )
        self._read()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def start(self, arguments: list[str], mark: str, said: Path) -> int:
        """Start a command in a session of its own; what it says goes to `said`."""
        request = {"arguments": arguments[1:], "mark": mark, "said": str(said)}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        return int(self._read())

    def wait(self, seconds: float) -> int | None:
        """Exit code of the run (minus the signal that ended it), None if it still runs after `seconds`."""
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            return None
        return int(self._read())

    def _read(self) -> bytes:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the process that starts the runs has died")
        return line


def _import_everything() -> None:
    import qdit4sr_core

    for name in PACKAGES:
        importlib.import_module(name)
    for module in pkgutil.walk_packages(qdit4sr_core.__path__, "qdit4sr_core."):
        if not module.name.rpartition(".")[2].startswith("_"):  # a library, not a module
            importlib.import_module(module.name)


def _become(request: dict[str, Any]) -> None:
    """Turn the forked child into the run: its own session, streams, folder, environment and arguments."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    said = Path(request["said"])
    temporary = said.parent / "tmp"
    temporary.mkdir(exist_ok=True)
    os.environ |= {MARK: request["mark"], "TMPDIR": str(temporary)}
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(said, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number, handle in enumerate((nothing, output, output)):
        os.dup2(handle, number)
    os.chdir(said.parent)
    kind, *rest = request["arguments"]
    if kind == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = [kind, *rest]
        runpy.run_path(kind, run_name="__main__")


def main() -> None:
    """Fork a child for each request on stdin; print its number, and its exit code when it has ended."""
    _import_everything()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("ready", flush=True)
    for line in sys.stdin.buffer:
        child = os.fork()
        if child == 0:
            return _become(json.loads(line))
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    return None


if __name__ == "__main__":
    main()
