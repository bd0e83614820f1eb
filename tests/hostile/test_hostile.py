"""A quick part of the campaign for every change; `python -m tests.hostile` runs all of it."""

import contextlib
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_core.evaluate.journal import Journal
from qdit4sr_core.images import load_image
from qdit4sr_core.models.config import DiT4SRConfig
from qdit4sr_core.session import load_session
from qdit4sr_core.variant_text import read_variant, split_variants

from .attack import attack
from .commands import make_material
from .disks import can_mount, full_and_read_only
from .inputs import KINDS
from .kills import interrupts_alone, kill_at_random
from .network import WATCH, watched
from .warm import Warm

pytestmark = pytest.mark.hostile
quick = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def test_an_interrupt_within_a_library_that_handles_another_error_is_no_traceback_of_ours() -> None:
    interrupt = "Traceback (most recent call last):\n  File ...\nKeyboardInterrupt\n"
    other = "Traceback (most recent call last):\n  File ...\nAttributeError: fileno\n"
    within = "\nDuring handling of the above exception, another exception occurred:\n\n"
    assert interrupts_alone(interrupt)
    assert interrupts_alone(other + within + interrupt)
    assert not interrupts_alone(interrupt + within + other)
    assert not interrupts_alone(other + interrupt)


@pytest.mark.parametrize("kind", KINDS)
def test_spoiled_files_are_read_or_refused_in_a_sentence(kind: str) -> None:
    found = attack(kind, seed=random.Random(kind).randrange(1000), count=6)
    assert found["tracebacks"] == []
    assert found["hangs"] == 0
    assert found["read"] + found["refused"] == 6


@quick
@given(st.binary(max_size=400))
def test_random_bytes_are_no_photo_no_session_and_no_journal(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(data)
    for read in (load_image, load_session, lambda path: Journal(path, {"plan": {}})):
        with contextlib.suppress(QDiT4SRError):
            read(path)  # type: ignore[operator]
        path.write_bytes(data)


@quick
@given(st.dictionaries(st.sampled_from(sorted(DiT4SRConfig().to_dict())), json_values, max_size=4))
def test_a_configuration_of_any_values_is_made_or_refused(values: dict) -> None:
    try:
        config = DiT4SRConfig.from_dict(values)
    except (QDiT4SRError, TypeError):  # TypeError becomes a sentence with the file's name in `from_file`
        return
    assert 1 <= config.num_layers <= 512


@quick
@given(st.text(max_size=60))
def test_any_text_is_a_variant_or_refused(text: str) -> None:
    for piece in split_variants(text):
        try:
            read = read_variant(piece)
        except QDiT4SRError:
            continue
        assert "/" not in read.file_stem


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_killed_export_leaves_whole_files_and_no_process(tmp_path: Path) -> None:
    material = make_material(tmp_path / "material")
    with Warm() as warm:
        found = kill_at_random(warm, "export", 2, material, tmp_path)
    assert (found["kills"], found["broken"], found["temporary"]) == (2, [], 0)
    assert (found["left"], found["hangs"], found["tracebacks"]) == (0, 0, [])
    assert found["exact"]


def test_small_disks_can_be_tried_where_the_campaign_says_so(tmp_path: Path) -> None:
    if not can_mount():
        pytest.skip("this user cannot mount a small disk")
    material = make_material(tmp_path / "material")
    from . import disks

    only = {"export": disks.commands(material)["export"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disks, "commands", lambda _: only)
        found = full_and_read_only(material, tmp_path)
    assert (found["runs"], found["refused"], found["tracebacks"], found["finished"]) == (2, 2, [], [])


def test_nothing_reaches_for_the_network(tmp_path: Path) -> None:
    material = make_material(tmp_path / "material")
    found = watched(
        material, tmp_path / "network", ("metrics list", "metrics", "compare", "quantize", "window")
    )
    assert found == {"runs": 5, "reached": [], "failed": []}


def test_the_watch_tells_who_reaches_for_a_host(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    done = subprocess.run(
        [sys.executable, "-c", "import urllib.request as u; u.urlopen('http://example.invalid/')"],
        env=os.environ | {"PYTHONPATH": str(tmp_path), "QDIT4SR_REACHED": str(tmp_path / "reached")},
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0
    assert "example.invalid" in (tmp_path / "reached").read_text()
