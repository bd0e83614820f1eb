import subprocess
import sys
from pathlib import Path

from qdit4sr_gui.state.held_folder import HeldFolder

HOLD = """
import sys
from pathlib import Path
from qdit4sr_gui.state.held_folder import HeldFolder
folder = HeldFolder("results-", Path(sys.argv[1]))
(folder.path / "result1.npy").write_bytes(bytes(1000))
print("held", flush=True)
sys.stdin.read()
"""


def test_the_folder_of_a_program_that_was_killed_goes_with_the_next_one(tmp_path: Path) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdin=pipe, stdout=pipe) as killed:
        assert killed.stdout is not None
        killed.stdout.readline()
        second = HeldFolder("results-", tmp_path)
        assert len(list(tmp_path.glob("*/result1.npy"))) == 1  # its program lives
        second.cleanup()
        killed.kill()
    assert len(list(tmp_path.glob("*/result1.npy"))) == 1
    third = HeldFolder("results-", tmp_path)
    assert list(tmp_path.iterdir()) == [third.path]
    third.cleanup()
    assert list(tmp_path.iterdir()) == []
