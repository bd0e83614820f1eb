"""The Arm build, made by a cross-compiler and run by an emulator where they are installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
PROGRAM = HERE / "checksums.cpp"
ARM_COMPILER, EMULATOR = "aarch64-linux-gnu-g++", "qemu-aarch64"


def made(setup, compiler: str, work: Path, beyond: dict[str, str]) -> Path:
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
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=200)
    return done.stdout.splitlines()


def test_arm_and_this_processor_give_the_same_bits(setup_file, tmp_path: Path) -> None:
    missing = [name for name in (ARM_COMPILER, EMULATOR, "g++") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    here = lines(str(made(setup_file, "g++", tmp_path / "here", {})))
    arm = made(setup_file, ARM_COMPILER, tmp_path / "arm", setup_file.ARM)
    named = lines(EMULATOR, "-cpu", "max", str(arm), "names")
    assert named[:2] == ["Arm dot product", "portable"]
    assert named[2:] == here
    assert lines(EMULATOR, "-cpu", "cortex-a53", str(arm), "names")[0] == "portable"  # has no dot product
    assert len(here) == 5 * 2 * 3 * 2 * 3
    assert len(set(here)) == len(here)
