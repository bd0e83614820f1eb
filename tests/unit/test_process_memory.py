"""Memory as the system tells it."""

import sys

import numpy as np
import pytest

from qdit4sr_core.process_memory import (
    anonymous_bytes,
    bytes_text,
    free_bytes,
    peak_bytes,
    reset_peak,
    resident_bytes,
)

BLOCK = 256 * 2**20


def test_what_a_process_holds_is_seen():
    before = resident_bytes()
    block = np.ones(BLOCK, np.uint8)
    assert resident_bytes() - before > 0.9 * BLOCK
    assert anonymous_bytes() <= resident_bytes() <= peak_bytes()
    assert block[0] == 1


def test_the_machine_has_memory_left():
    assert free_bytes() > 10**8


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux starts the peak anew")
def test_the_peak_is_that_since_the_reset():
    block = np.ones(BLOCK, np.uint8)
    high = peak_bytes()
    assert block[0] == 1
    del block
    reset_peak()
    assert peak_bytes() < high - 0.9 * BLOCK


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere mapped files cannot be told apart")
def test_mapped_files_are_not_anonymous(tmp_path):
    np.ones(BLOCK, np.uint8).tofile(tmp_path / "weights")
    before = anonymous_bytes()
    mapped = np.memmap(tmp_path / "weights", np.uint8, "r")
    assert mapped[::4096].sum() == BLOCK // 4096
    assert anonymous_bytes() - before < 0.1 * BLOCK


def test_bytes_are_written_in_decimal_units():
    assert [bytes_text(count) for count in (0, 84e6, 5.43e9)] == ["0 MB", "84 MB", "5.43 GB"]
    assert bytes_text(1_500_000_000, 1) == "1.5 GB"
