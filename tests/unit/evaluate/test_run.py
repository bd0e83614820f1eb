import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from qdit4sr_core.errors import Cancelled, OutputError
from qdit4sr_core.evaluate import EvaluationPlan, canonical_variants, evaluate, find_images, summarize
from qdit4sr_core.images import load_image
from qdit4sr_core.metrics import psnr
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.progress import What
from qdit4sr_core.quantize import quantize
from qdit4sr_core.quantize.artifact.format import save_artifact
from qdit4sr_core.quantize.methods.rtn import RTN

PLAN = EvaluationPlan(("fp", "bicubic", "rtn-w4a4"), ("psnr", "hf_error"), sampling={"steps": 2}, crop=32)

Photos = tuple[Path, Path]


def _numbers(evaluation) -> list[dict]:
    """Everything but the times."""
    kept = json.loads(json.dumps(evaluation.records))
    for record in kept:
        for entry in record["variants"].values():
            entry["values"].pop("seconds", None)
            entry.pop("quantize_seconds")
    return sorted(kept, key=lambda record: record["image"])


def test_numbers_are_those_of_the_saved_pictures(
    photos: Photos, tiny_model: SuperResolutionModel, tmp_path: Path
) -> None:
    seen: list[tuple[int, int, What]] = []
    evaluation = evaluate(
        find_images(*photos),
        PLAN,
        tmp_path / "out",
        model=tiny_model,
        progress=lambda *report: seen.append(report),
    )
    assert [r["image"] for r in evaluation.records] == ["bark", "fur", "stone"]
    for name in ("bark", "stone"):
        full, bicubic, rtn = (
            load_image(evaluation.picture(name, key)).pixels for key in ("fp", "bicubic", "rtn-w4a4")
        )
        truth = load_image(photos[1] / f"{name}.png").pixels
        entries = next(r for r in evaluation.records if r["image"] == name)["variants"]
        assert entries["fp"]["values"]["psnr_fp"] == math.inf
        assert entries["fp"]["values"]["psnr_hr"] == pytest.approx(psnr(full, truth))
        assert entries["rtn-w4a4"]["values"]["psnr_fp"] == pytest.approx(psnr(rtn, full))
        assert entries["bicubic"]["values"]["psnr_hr"] == pytest.approx(psnr(bicubic, truth))
        assert 4 <= entries["rtn-w4a4"]["values"]["bits"] < entries["fp"]["values"]["bits"]
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    assert seen[-1][:2] == (9, 9)


def test_an_interrupted_run_goes_on_at_the_next_image(
    photos: Photos, tiny_model: SuperResolutionModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images, out = find_images(*photos), tmp_path / "out"
    finished: list[str] = []

    def watch(done: int, total: int, what: What) -> None:
        finished.append(str(what))

    with pytest.raises(Cancelled):
        evaluate(
            images,
            PLAN,
            out,
            model=tiny_model,
            progress=watch,
            cancelled=lambda: any(w.startswith("fur: Bicubic") for w in finished),
        )
    lines = (out / "journal.jsonl").read_text().splitlines()
    assert [json.loads(line)["image"] for line in lines[1:]] == ["bark"]

    finished.clear()
    resumed = evaluate(images, PLAN, out, model=tiny_model, progress=watch)
    assert not any(what.startswith("bark") for what in finished)
    whole = evaluate(images, PLAN, tmp_path / "whole", model=tiny_model)
    assert _numbers(resumed) == _numbers(whole)

    finished.clear()
    again = evaluate(images, PLAN, out, model=tiny_model, progress=watch)
    assert finished == ["finished before"]
    assert again.records == resumed.records


def test_the_numbers_do_not_depend_on_the_number_of_processes(
    photos: Photos, tiny_model: SuperResolutionModel, tmp_path: Path
) -> None:
    images = find_images(*photos)
    one = evaluate(images, PLAN, tmp_path / "one", model=tiny_model)
    two = evaluate(images, PLAN, tmp_path / "two", model=tiny_model, processes=2, threads=2)
    assert [r["image"] for r in two.records] == ["bark", "fur", "stone"]
    assert _numbers(one) == _numbers(two)


def test_another_plan_or_a_changed_photo_is_refused(
    photos: Photos, tiny_model: SuperResolutionModel, tmp_path: Path
) -> None:
    images, out = find_images(photos[0])[:1], tmp_path / "out"
    small = EvaluationPlan(("bicubic",), ("psnr",), sampling={"steps": 1})
    evaluate(images, small, out, model=tiny_model)
    other = EvaluationPlan(("bicubic",), ("psnr",), sampling={"steps": 1}, seed=1)
    with pytest.raises(OutputError, match="other plan"):
        evaluate(images, other, out, model=tiny_model)
    from qdit4sr_core.images import save_png

    save_png(255 - load_image(images[0].lr).pixels, images[0].lr)
    with pytest.raises(OutputError, match="bark has changed"):
        evaluate(images, small, out, model=tiny_model)
    assert len(evaluate(images, small, out, model=tiny_model, restart=True).records) == 1


def test_a_result_made_elsewhere_or_a_quantized_file_that_changed_is_refused(
    photos: Photos, tiny_model: SuperResolutionModel, tmp_path: Path
) -> None:
    lr, hr = photos
    images = find_images(lr)
    shutil.copytree(hr, tmp_path / "theirs")
    plan = EvaluationPlan((f"images:{tmp_path / 'theirs'}",), ("psnr",), sampling={"steps": 1})
    evaluate(images, plan, tmp_path / "out", model=tiny_model)
    (tmp_path / "theirs" / "fur.png").unlink()
    assert len(evaluate(images, plan, tmp_path / "out", model=tiny_model).records) == 3
    shutil.copy(hr / "fur.png", tmp_path / "theirs" / "bark.png")
    with pytest.raises(OutputError, match="bark of theirs has changed"):
        evaluate(images, plan, tmp_path / "out", model=tiny_model)

    file = tmp_path / "q.safetensors"
    plan = EvaluationPlan((f"artifact:{file}",), ("psnr",), sampling={"steps": 1})
    save_artifact(quantize(tiny_model.transformer, RTN(weight_bits=4)), file)
    evaluate(images, plan, tmp_path / "quantized", model=tiny_model)
    assert len(evaluate(images, plan, tmp_path / "quantized", model=tiny_model).records) == 3
    save_artifact(quantize(tiny_model.transformer, RTN(weight_bits=3)), file)
    with pytest.raises(OutputError, match="other artifacts"):
        evaluate(images, plan, tmp_path / "quantized", model=tiny_model)


def test_a_photo_whose_picture_was_deleted_is_evaluated_again(
    photos: Photos, tiny_model: SuperResolutionModel, tmp_path: Path
) -> None:
    images, out = find_images(photos[0]), tmp_path / "out"
    plan = EvaluationPlan(("fp", "bicubic"), ("psnr",), sampling={"steps": 1})
    first = evaluate(images, plan, out, model=tiny_model)
    gone = first.picture("bark", "bicubic")
    picture = gone.read_bytes()
    gone.unlink()
    again = evaluate(images, plan, out, model=tiny_model)
    assert gone.read_bytes() == picture
    assert _numbers(again) == _numbers(first)
    assert len((out / "journal.jsonl").read_bytes().splitlines()) == 5  # three photos, and one anew


@pytest.mark.parametrize("processes", [1, 2])
def test_one_bad_photo_is_listed_and_the_others_go_on(
    processes: int, photos: Photos, tiny_model: SuperResolutionModel, tmp_path: Path
) -> None:
    from qdit4sr_core.images import save_png

    lr, hr = photos
    (lr / "damaged.png").write_bytes((lr / "fur.png").read_bytes()[:300])
    (lr / "folder.png").mkdir()
    (lr / "lost.png").symlink_to(tmp_path / "nowhere.png")
    for name in ("damaged", "folder", "lost"):
        save_png(np.zeros((64, 80, 3), np.uint8), hr / f"{name}.png")
    save_png(np.zeros((30, 30, 3), np.uint8), hr / "bark.png")
    (hr / "stone.png").rename(hr / "stone_GT.png")
    save_png(np.zeros((64, 80, 3), np.uint8), hr / "stone_HR.png")
    plan = EvaluationPlan(("bicubic",), ("psnr",), sampling={"steps": 1})
    found = evaluate(
        find_images(lr, hr), plan, tmp_path / "out", model=tiny_model, processes=processes, threads=1
    )
    assert [record["image"] for record in found.records] == ["fur"]
    assert dict(found.failures).keys() == {
        "bark",
        "damaged",
        "folder",
        "lost",
        "stone",
    }
    reasons = dict(found.failures)
    assert "30 x 30" in reasons["bark"]
    assert "damaged" in reasons["damaged"]
    assert "folder" in reasons["folder"]
    assert "does not exist" in reasons["lost"]
    assert "stone_GT.png, stone_HR.png" in reasons["stone"]


def test_photos_with_similar_names_keep_their_own_pictures(
    photos: Photos, tiny_model: SuperResolutionModel, tmp_path: Path
) -> None:
    lr = photos[0]
    (lr / "fur.png").rename(lr / "photo 1.png")
    (lr / "bark.png").rename(lr / "photo_1.png")
    (lr / "stone.png").rename(lr / "photo_1.bmp")
    plan = EvaluationPlan(("bicubic",), ("psnr",), sampling={"steps": 1})
    found = evaluate(find_images(lr), plan, tmp_path / "out", model=tiny_model)
    pictures = {found.picture(record["image"], "bicubic") for record in found.records}
    assert len({picture.read_bytes() for picture in pictures}) == 3


def test_a_second_process_is_told_that_the_folder_is_in_use(
    photos: Photos, tiny_model: SuperResolutionModel, tmp_path: Path
) -> None:
    from qdit4sr_core.one_writer import one_writer

    plan = EvaluationPlan(("bicubic",), ("psnr",), sampling={"steps": 1})
    out = tmp_path / "out"
    out.mkdir()
    with one_writer(out), pytest.raises(OutputError, match="another process"):
        evaluate(find_images(photos[0]), plan, out, model=tiny_model)
    assert len(evaluate(find_images(photos[0]), plan, out, model=tiny_model).records) == 3


def test_the_summary_ranks_quantized_variants_alone(
    photos: Photos, tiny_model: SuperResolutionModel, tmp_path: Path
) -> None:
    plan = EvaluationPlan(
        ("fp", "bicubic", "rtn-w2a2", "rtn-w8a8"), ("psnr", "hf_error"), sampling={"steps": 2}
    )
    summary = summarize(evaluate(find_images(*photos), plan, tmp_path / "out", model=tiny_model))
    rows = {row.key: row for row in summary.rows}
    assert list(rows) == list(plan.variants)
    assert {key: row.cells["psnr_fp"].rank for key, row in rows.items()} == {
        "fp": None,
        "bicubic": None,
        "rtn-w2a2": None,
        "rtn-w8a8": 1,
    }
    assert all(row.cells["bits"].rank is None for row in rows.values())
    assert summary.best_baseline["psnr_fp"] == "rtn-w8a8"
    (pair,) = summary.against_baseline["psnr_fp"]
    assert (pair.variant, pair.wins, pair.losses) == ("rtn-w2a2", 0, 3)
    assert "psnr_fp" not in summary.against_fp
    assert {pair.variant for pair in summary.against_fp["psnr_hr"]} == {"rtn-w2a2", "rtn-w8a8"}
    assert rows["bicubic"].cells["bits"].mean.count == 0


def test_variants_are_named_once() -> None:
    assert canonical_variants(["fp,rtn-w4a4", "rtn-w4a4"]) == ("fp", "rtn-w4a4")
