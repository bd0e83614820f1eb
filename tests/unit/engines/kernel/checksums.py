"""Making and running the program of checksums for one processor."""

import subprocess
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
PROGRAM = HERE / "checksums.cpp"


def made(setup: ModuleType, compiler: str, work: Path, beyond: dict[str, str]) -> Path:
    """The program of checksums with the kernel in it, for the compiler's processor."""
    work.mkdir()
    sources = ROOT / setup.SOURCE
    flags = [flag for flag in setup.FLAGS if flag not in ("-O3", "-fPIC")] + ["-w"]
    objects, defines = [], [f"-DQD_WITH_{name.upper()}" for name in beyond]
    for source in (*beyond, *setup.COMMON):
        extra = f"-O1 {beyond[source]}" if source in beyond else "-O0"
        objects.append(str(work / f"{source}.o"))
        path = str(sources / f"{source}.cpp")
        subprocess.run(
            [compiler, *flags, *extra.split(), *defines, "-c", path, "-o", objects[-1]], check=True
        )
    program = work / "checksums"
    command = [
        compiler,
        *flags,
        "-I",
        str(sources),
        str(PROGRAM),
        *objects,
        "-static",
        "-lpthread",
        "-o",
        str(program),
    ]
    subprocess.run(command, check=True)
    return program


def lines(*command: str) -> list[str]:
    """What a command prints."""
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=200)
    return done.stdout.splitlines()
