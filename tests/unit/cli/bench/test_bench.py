import argparse
import json

import pytest
import torch

from qdit4sr_core.cli.bench.nano import time_nano
from qdit4sr_core.cli.bench.published import random_inputs, shallow_config, time_published
from qdit4sr_core.cli.bench.speed_report import speed_report
from qdit4sr_core.cli.bench.timing import Timing, interleaved, table
from qdit4sr_core.cli.commands import bench
from qdit4sr_core.errors import SettingsError, VariantError
from qdit4sr_core.models.config import DiT4SRConfig


def test_cases_take_turns():
    order: list[str] = []
    timings = interleaved({name: lambda name=name: order.append(name) for name in "ab"}, rounds=3)
    assert order == ["a", "b"] * 4
    assert [len(t.seconds) for t in timings] == [3, 3]
    assert timings[0].ratios == (1.0, 1.0, 1.0)


def test_ratios_are_within_a_round():
    timing = Timing("x", (2.0, 8.0, 3.0), (2.0, 2.0, 3.0), {"weight_bytes": 5})
    assert timing.median == 3
    assert timing.ratio == 2
    assert timing.to_dict()["ratio_range"] == [2, 3]
    assert timing.to_dict()["weight_bytes"] == 5


def test_the_table_is_markdown():
    lines = table(["a", "long"], [["wide cell", "1"]]).splitlines()
    assert lines[1] == "|-----------|------|"
    assert len({len(line) for line in lines}) == 1


def test_the_shallow_model_is_the_published_one_but_for_depth():
    config = shallow_config(2)
    full = DiT4SRConfig()
    assert (config.width, config.num_attention_heads) == (full.width, full.num_attention_heads)
    assert config.dual_attention_layers == (0,)
    assert shallow_config(24).dual_attention_layers == full.dual_attention_layers
    with pytest.raises(SettingsError, match="from 1 to 24"):
        shallow_config(0)
    shapes = [tuple(t.shape) for t in random_inputs(config, 2, torch.device("cpu"), torch.float32)]
    assert shapes == [(2, 16, 64, 64), (2, 16, 64, 64), (2,), (2, 333, 4096), (2, 2048)]


SMALL = DiT4SRConfig(
    sample_size=64,
    in_channels=4,
    out_channels=4,
    num_layers=1,
    num_attention_heads=2,
    attention_head_dim=16,
    joint_attention_dim=24,
    caption_projection_dim=32,
    pooled_projection_dim=20,
    dual_attention_layers=(0,),
    pos_embed_max_size=32,
)


def test_published_times_every_engine(monkeypatch, capsys):
    from qdit4sr_core.cli.bench import published as bench_published

    monkeypatch.setattr(bench_published, "shallow_config", lambda layers: SMALL)
    absent: dict[str, str] = {}
    monkeypatch.setattr(
        bench_published.importlib.util, "find_spec", lambda name: None if name == "torchao" else name
    )
    timings = time_published(
        "rtn-w8a8,rtn-w4a4", layers=1, rounds=1, device="cpu", others=("torchao",), absent=absent
    )
    names = [timing.name for timing in timings]
    assert names[0] == "Full precision, float32"
    assert sum("int8" in name for name in names) >= 1
    assert all(timing.facts["weight_bytes"] > 0 for timing in timings)
    stored = {t.name: t.facts["weight_bytes"] for t in timings}
    assert min(stored.values()) < stored["Full precision, float32"] / 2
    assert absent == {"DiT4SR, torchao int8 dynamic": "torchao is not installed"}
    for timing in timings:
        assert timing.facts["held_bytes"] < timing.facts["whole_held_bytes"]
        assert timing.facts.get("peak_bytes", timing.facts["held_bytes"]) >= timing.facts["held_bytes"]
    held = {t.name: t.facts["held_bytes"] for t in timings}
    assert held["RTN W4A4, reference"] < held["RTN W8A8, reference"] < held["Full precision, float32"]

    monkeypatch.setattr(
        bench_published, "time_published", lambda *_, absent, **__: absent.update(x="y") or timings
    )
    parser = argparse.ArgumentParser()
    bench.add_arguments(parser)
    assert bench.run(parser.parse_args(["published", "--layers", "1"])) == 0
    said = capsys.readouterr().out
    assert said.index("| linear 1024 x 32 x 128, float32") < said.index("| Full precision, float32")
    assert "extrapolated from 1 of 24 blocks" in said
    assert any(line.startswith("| x ") and "n/a" in line and "| y" in line for line in said.splitlines())


def test_the_stream_is_timed_and_extrapolated_by_weights(monkeypatch, tmp_path, capsys):
    from qdit4sr_core.cli.bench import stream as bench_stream

    monkeypatch.setattr(bench_stream, "shallow_config", lambda layers: SMALL)
    timing = bench_stream.time_stream("q-dit4sr-w4a4:vatmp=false", folder=tmp_path)
    assert timing.whole_weights == 2_694_316_032
    assert timing.whole_minutes == pytest.approx(timing.seconds / timing.weights * 2_694_316_032 / 60)
    assert 0 < timing.layer_bytes < timing.artifact_bytes
    assert list(tmp_path.iterdir()) == []
    if timing.peak_bytes is not None:
        assert timing.peak_bytes >= 0.5 * timing.before_bytes
    parser = argparse.ArgumentParser()
    bench.add_arguments(parser)
    assert bench.run(parser.parse_args(["stream", "--variant", "rtn-w4a4", "--folder", str(tmp_path)])) == 0
    assert "extrapolated by weights from 1 of 24 blocks" in capsys.readouterr().out
    for unfit in ("fp", "gptq-w4a4"):
        with pytest.raises(VariantError, match="without calibration"):
            bench_stream.time_stream(unfit)


def test_nano_times_every_engine(tiny_model):
    timings = time_nano(tiny_model, "fp,rtn-w4a4", 1, 1, "coffee")
    assert timings[0].facts["layers"] == 0
    assert timings[0].name == "Full precision, float32"
    by_engine = {t.facts["engine"]: t for t in timings}
    assert set(by_engine) >= {"float", "reference", "int8"}
    assert 0 < timings[0].facts["linear_share"] < 1
    assert (
        by_engine["int8"].facts["psnr_to_reference"] is None
        or by_engine["int8"].facts["psnr_to_reference"] > 40
    )
    if "kernel" in by_engine:
        facts = by_engine["kernel"].facts
        assert set(facts["engines"]) <= {"kernel", "float"}
        # outputs are padded to 64: narrow layers of the tiny model take more than half a byte a code
        assert facts["code_bytes_a_weight"] < by_engine["int8"].facts["code_bytes_a_weight"]
    report = "\n".join(speed_report(timings, {"something": "not installed"}))
    assert "| RTN W4A4, reference" in report
    assert "Linears that are quantized take" in report
    assert "| something " in report


def test_pictures_of_both_engines_are_compared(tiny_model, monkeypatch, capsys):
    from qdit4sr_core import models

    monkeypatch.setattr(models, "load_model", lambda folder: tiny_model)
    parser = argparse.ArgumentParser()
    bench.add_arguments(parser)
    arguments = ["pictures", "--photos", "chelsea,coffee", "--steps", "1", "--variants", "fp,rtn-w4a4"]
    assert bench.run(parser.parse_args([*arguments, "--json"])) == 0
    pictures = json.loads(capsys.readouterr().out)["pictures"]
    assert [(one["photo"], one["variant"]) for one in pictures] == [
        ("chelsea", "RTN W4A4"),
        ("coffee", "RTN W4A4"),
    ]
    assert bench.run(parser.parse_args(arguments)) == 0
    said = capsys.readouterr().out
    for one in pictures:
        by_engine = one["by_engine"]
        assert 0 < by_engine["reference"] < 100
        assert f"| {one['photo']} | RTN W4A4 | {by_engine['reference']:.2f} |" in said
        if "kernel" in by_engine:
            assert one["difference"] == by_engine["kernel"] - by_engine["reference"]
            assert f"{one['difference']:+.2f} |" in said
    assert said.count("RTN W4A4: ") == 1


def test_speeds_are_quartiles_and_rounds_end_in_time():
    timing = Timing("x", (1.0, 2.0, 4.0), (0.5, 1.0, 2.0))
    assert timing.speeds == (0.75, 1.0, 1.5)
    once = interleaved({"a": lambda: None}, rounds=50, seconds=-1.0)
    assert len(once[0].seconds) == 1
    assert once[0].speeds == (1.0, 1.0, 1.0)


def test_the_command_prints_json(monkeypatch, capsys):
    parser = argparse.ArgumentParser()
    bench.add_arguments(parser)
    monkeypatch.setattr("qdit4sr_core.cli.bench.bundled.STARTS", {"python alone": ["-c", "pass"]})
    assert bench.run(parser.parse_args(["startup", "--rounds", "1", "--json"])) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["timings"][0]["name"] == "python alone"
    assert values["machine"]["torch"] == torch.__version__
    assert bench.run(parser.parse_args(["startup", "--rounds", "1"])) == 0
    assert "python alone" in capsys.readouterr().out
    with pytest.raises(SettingsError, match="at least 1"):
        bench.run(parser.parse_args(["startup", "--rounds", "0"]))


def test_a_process_that_fails_is_one_sentence(monkeypatch):
    from qdit4sr_core.cli.bench import bundled as bench_bundled
    from qdit4sr_core.errors import QDiT4SRError

    monkeypatch.setattr(bench_bundled, "STARTS", {"broken": ["-c", "raise SystemExit('no luck')"]})
    with pytest.raises(QDiT4SRError, match="failed: no luck"):
        bench_bundled.time_startup(1)
