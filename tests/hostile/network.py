"""Every command and the window with the network watched: whoever reaches for it is named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from .commands import Material, commands, environment

LIMIT = 240.0
WATCH = """
import os, sys
def watch(event, args):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.connect"):
        address = args[0] if event.startswith("socket.get") else args[1]
        if isinstance(address, (str, bytes)) and event in ("socket.connect", "socket.sendto"):
            return  # a local socket has a path, no host
        host = address[0] if isinstance(address, tuple) else address
        with open(os.environ["QDIT4SR_REACHED"], "a") as told:
            told.write(f"{event} {host}\\n")
        raise OSError("there is no network")
sys.addaudithook(watch)
"""
"""`sitecustomize`: every Python process of a run imports it first."""
WINDOW = """
from PySide6.QtCore import QTimer
from qdit4sr_gui import app
made = app.create_application()
QTimer.singleShot(4000, made.quit)
app.open_window()
"""
LOCAL = ("evaluate --cluster",)
"""Talks to its own scheduler over a socket of this machine: it is no case here."""


def watched(material: Material, scratch: Path, only: tuple[str, ...] = ()) -> dict[str, Any]:
    """Run every command (or `only` some) and the window; which reached for a host, and which failed."""
    found: dict[str, Any] = {"runs": 0, "reached": [], "failed": []}
    site = scratch / "site"
    site.mkdir(parents=True)
    (site / "sitecustomize.py").write_text(WATCH)
    (scratch / "out").mkdir()
    program = [sys.executable, "-m", "qdit4sr_gui"]
    lines = {name: command.arguments(scratch / "out") for name, command in commands(material).items()}
    big = str(material.folder / "big" / "b.png")
    measured = ["--reference", big, "--metrics", "psnr,piqe,stlpips"]
    lines["metrics"] = [*program, "metrics", big, *measured]
    lines["metrics list"] = [*program, "metrics"]
    lines["window"] = material.python(WINDOW)
    for name, line in lines.items():
        if name in LOCAL or (only and name not in only):
            continue
        reached = scratch / f"reached-{name.replace(' ', '_')}"
        variables = environment(f"network-{name}")
        variables |= {
            "PYTHONPATH": os.pathsep.join([str(site), variables["PYTHONPATH"]]),
            "QDIT4SR_REACHED": str(reached),
            "HOME": str(scratch),
            "XDG_CACHE_HOME": str(scratch / "cache"),
            "XDG_CONFIG_HOME": str(scratch / "config"),
            "XDG_DATA_HOME": str(scratch / "data"),
        }
        found["runs"] += 1
        done = subprocess.run(
            line, capture_output=True, env=variables, cwd=scratch, timeout=LIMIT, check=False
        )
        if done.returncode != 0:
            found["failed"].append(f"{name}: {done.stderr.decode(errors='replace')[-600:]}")
        if reached.exists():
            found["reached"].append(f"{name}: {reached.read_text()}")
    return found
