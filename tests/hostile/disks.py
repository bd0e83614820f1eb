"""Full and read-only disks: every command ends with a sentence, without a traceback and without hanging."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from .commands import Material, commands, environment

LIMIT = 240.0
TRAINED = ("session save", "export")
"""Programs of the campaign's own that call the library: their traceback is that of an `OutputError`."""


def can_mount() -> bool:
    """Whether this user can mount a small disk in a namespace of its own."""
    if shutil.which("unshare") is None:
        return False
    script = "mount -t tmpfs -o size=16k none /mnt"
    done = subprocess.run(_in_namespace(script), capture_output=True, check=False)
    return done.returncode == 0


def _in_namespace(script: str) -> list[str]:
    flags = "-m" if os.geteuid() == 0 else "-rm"
    return ["unshare", flags, "sh", "-c", script]


def full_and_read_only(material: Material, scratch: Path) -> dict[str, Any]:
    """Run every command with its output on a full disk, then on a read-only one."""
    found: dict[str, Any] = {"runs": 0, "refused": 0, "tracebacks": [], "hangs": 0, "finished": []}
    out = scratch / "disk"
    out.mkdir()
    disks = {
        "full": "mount -t tmpfs -o size=8k none {out} && dd if=/dev/zero of={out}/fill bs=1k 2>/dev/null",
        "read-only": "mount -t tmpfs -o ro,size=8k none {out}",
    }
    for kind, mount in disks.items():
        for name, command in commands(material).items():
            quoted = " ".join(f"'{part}'" for part in command.arguments(out))
            script = f"{mount.format(out=out).replace(' && dd', '; dd')}; exec {quoted}"
            found["runs"] += 1
            try:
                done = subprocess.run(
                    _in_namespace(script),
                    capture_output=True,
                    env=environment(f"disk-{kind}-{name}"),
                    cwd=scratch,
                    timeout=LIMIT,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                found["hangs"] += 1
                continue
            said = (done.stdout + done.stderr).decode(errors="replace")
            told = "could not be" in said or "cannot be" in said or "read-only" in said.lower()
            own = name in TRAINED and said.rstrip().splitlines()[-1].startswith("qdit4sr_core.errors.")
            if "Traceback" in said and not own:
                found["tracebacks"].append(f"{kind} disk, {name}:\n{said[-1500:]}")
            elif done.returncode == 0:
                found["finished"].append(f"{kind} disk, {name}")
            elif told:
                found["refused"] += 1
            else:
                found["tracebacks"].append(f"{kind} disk, {name}: no sentence:\n{said[-1500:]}")
    return found
