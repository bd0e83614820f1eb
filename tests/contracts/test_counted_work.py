"""Every command counts the operations of the same run: the one that a comparison at the defaults makes."""

import json
from pathlib import Path

import pytest

from qdit4sr_core.cli import main
from qdit4sr_core.models import load_model
from qdit4sr_core.models.published import SAMPLING
from qdit4sr_core.quantize.artifact.format import load_artifact, read_header
from qdit4sr_core.quantize.cost import Workload, cost_of_linears, header_costs, variant_cost
from qdit4sr_core.upscale import SamplingSettings
from qdit4sr_core.upscale.described_model import PUBLISHED, describe_model
from qdit4sr_core.upscale.workload import run_workload


@pytest.fixture(scope="module")
def uneven_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of the bundled model with a block at other bits than the rest."""
    path = tmp_path_factory.mktemp("counted") / "q.safetensors"
    assert main(["quantize", "rtn-w4a4:keep=blocks.0", "--out", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def default_run() -> Workload:
    """A photo of 128 x 128, as `compare` counts it."""
    model = load_model()
    workload = run_workload(model, SamplingSettings.for_model(model), (128, 128))
    assert (workload.steps, workload.width) == (12, 512)
    assert 1 < workload.passes < 2  # guidance in some steps
    return workload


def test_inspect_and_cost_count_what_compare_counts(
    uneven_file: Path, default_run: Workload, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = variant_cost(load_artifact(uneven_file), default_run)
    assert main(["inspect", str(uneven_file)]) == 0
    said = capsys.readouterr().out
    assert f"{expected.paper_operations:,.1f} G operations by the paper's" in said
    assert f"{expected.operations:,.1f} G honest" in said
    assert default_run.steps_text in said
    assert "as the bundled model samples by itself" in said
    assert main(["cost", "--model", "nano", "--artifact", str(uneven_file), "--json"]) == 0
    row = json.loads(capsys.readouterr().out)[-1]
    assert row["paper_operations"] == pytest.approx(expected.paper_operations)
    assert row["operations"] == pytest.approx(expected.operations)


def test_inspect_writes_settings_as_a_variant_does(
    uneven_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(uneven_file)]) == 0
    said = capsys.readouterr().out
    settings = next(line for line in said.splitlines() if line.startswith("settings: "))
    assert {"group=none", "recalibrate=false", "keep=blocks.0"} <= set(settings[10:].split(", "))
    activations = next(line for line in said.splitlines() if line.startswith("activations: "))
    assert " x 4 bit, " in activations
    assert activations.endswith(" x float")


def test_a_file_is_counted_by_its_description_as_by_its_tensors(
    uneven_file: Path, default_run: Workload
) -> None:
    header = read_header(uneven_file)
    by_description = cost_of_linears(header.transformer, header_costs(header, default_run), default_run)
    assert by_description == variant_cost(load_artifact(uneven_file), default_run)


def test_cost_names_its_model_and_what_it_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost"]) == 0
    published = capsys.readouterr().out
    assert "published: 2,716.8 M parameters" in published
    assert "128 x 128 to 512 x 512 pixels, 40 steps, 2 model calls a step" in published
    assert main(["cost", "--model", "nano", "--size", "256", "--steps", "1"]) == 0
    nano = capsys.readouterr().out
    assert "nano: 5.5 M parameters" in nano
    assert "64 x 64 to 256 x 256 pixels, 1 step, 1 model call a step" in nano
    assert main(["cost", "--model", "nano", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)[0]
    assert (row["model"], row["width"], row["steps"]) == ("nano", 512, 12)


def test_the_published_architecture_is_counted_as_the_paper_counts_it() -> None:
    model = describe_model(PUBLISHED)
    assert model.workload() == Workload()
    assert (model.settings.steps, model.settings.guidance) == (SAMPLING["steps"], SAMPLING["guidance"])
