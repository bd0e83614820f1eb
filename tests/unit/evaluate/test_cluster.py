from pathlib import Path

import pytest

from qdit4sr_core.errors import SettingsError
from qdit4sr_core.evaluate import EvaluationPlan, evaluate, find_images
from qdit4sr_core.models import SuperResolutionModel

PLAN = EvaluationPlan(("bicubic", "rtn-w4a4"), ("psnr",), sampling={"steps": 1}, crop=32)


def test_a_local_cluster_of_two_workers_gives_the_same_numbers(
    photos: tuple[Path, Path], tiny_model: SuperResolutionModel, tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed")
    images = find_images(*photos)
    here = evaluate(images, PLAN, tmp_path / "here", model=tiny_model)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        there = evaluate(
            images, PLAN, tmp_path / "there", model=tiny_model, cluster=cluster.scheduler_address
        )
    assert [r["image"] for r in there.records] == ["bark", "fur", "stone"]
    for ours, theirs in zip(here.records, there.records, strict=True):
        for key, entry in ours["variants"].items():
            assert theirs["variants"][key]["values"].get("psnr_hr") == entry["values"].get("psnr_hr")
        assert there.picture(ours["image"], "bicubic").read_bytes() == (
            here.picture(ours["image"], "bicubic").read_bytes()
        )


def test_no_scheduler_or_no_dask_is_told_plainly(
    photos: tuple[Path, Path], tiny_model: SuperResolutionModel, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=r"pip install|No Dask scheduler"):
        evaluate(
            find_images(photos[0]), PLAN, tmp_path / "out", model=tiny_model, cluster="tcp://127.0.0.1:9"
        )
