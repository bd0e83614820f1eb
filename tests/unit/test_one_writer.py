import subprocess
import sys
from pathlib import Path

import pytest

from qdit4sr_core.errors import OutputError
from qdit4sr_core.one_writer import one_writer

HOLD = """
import sys
from pathlib import Path
from qdit4sr_core.one_writer import one_writer
with one_writer(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("kind", ["folder", "file", "long name"])
def test_the_second_writer_is_told_until_the_first_ends_even_by_force(kind: str, tmp_path: Path) -> None:
    output = tmp_path / {"folder": "", "file": "a.png", "long name": "n" * 255}[kind]
    first = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(output)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(OutputError, match="another process"), one_writer(output):
            pass
        first.kill()
        first.wait()
    with one_writer(output):
        pass
    assert list(tmp_path.iterdir()) == []
