"""The Arm build, made by a cross-compiler and run by an emulator where they are installed."""

import shutil
from pathlib import Path

import pytest

from .checksums import lines, made

ARM_COMPILER, EMULATOR = "aarch64-linux-gnu-g++", "qemu-aarch64"


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
