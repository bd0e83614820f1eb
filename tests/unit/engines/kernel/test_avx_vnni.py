"""The AVX-VNNI build's product on processors that have its instruction in AVX-512's encoding only."""

import shutil
from pathlib import Path

import pytest

from qdit4sr_core.engines import kernel

from .checksums import lines, made


def test_its_product_gives_the_same_bits(setup_file, tmp_path: Path) -> None:
    if shutil.which("g++") is None:
        pytest.skip("g++ is not installed")
    if not kernel.builds().get("AVX-512 VNNI"):
        pytest.skip("this processor has no AVX-512 VNNI")
    # in the place of the AVX2 build, which may run here
    flags = "-mavx2 -mfma -mavx512vl -mavx512vnni -DQD_VNNI_256"
    program = made(setup_file, "g++", tmp_path / "vnni", {"avx2": flags})
    disassembled = lines("objdump", "-d", str(program)) if shutil.which("objdump") else ["vpdpbusd %ymm"]
    assert any("vpdpbusd" in line and "%ymm" in line for line in disassembled)
    named = lines(str(program), "names")
    assert named[:2] == ["AVX2", "portable"]
    assert named[2:] == lines(str(made(setup_file, "g++", tmp_path / "here", {})))
