"""`qdit4sr inspect`: what is in a quantized file: its origin, bits a layer, schedules, size by part."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...text_table import fitted
from ..path_argument import given_name, given_path
from ..terminal import terminal_columns

if TYPE_CHECKING:
    from ...quantize.artifact.format import ArtifactHeader
    from ...quantize.layer.linear import LinearSpec
    from ...upscale.described_model import DescribedModel

HELP = "Show what a quantized file contains."

_PARTS = {
    "qweight": "codes",
    "wscales": "scales",
    "wzeros": "zero points",
    "proj_up": "global branch",
    "proj_down": "global branch",
    "local_u": "local branch",
    "local_v": "local branch",
    "smooth_factor": "smoothing",
    "input_shift": "input centres",
    "input_transform": "input transforms",
    "input_across": "input transforms",
    "bias": "biases",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("file", type=given_path, help="a .safetensors file written by `qdit4sr quantize`")
    parser.add_argument("--layers", action="store_true", help="list every layer with its size and bits")
    parser.add_argument(
        "--sensitivity",
        action="store_true",
        help="rank layers by the damage they do to the result and say which are worth keep=...; "
        "samples the full-precision model of --model",
    )
    parser.add_argument(
        "--model",
        type=given_name,
        metavar="FOLDER",
        help="the model it was made from, whose sampling is counted (default: the bundled one)",
    )
    parser.add_argument("--verify", action="store_true", help="read every tensor and check it")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")


def run(args: argparse.Namespace) -> int:
    """Print the description; returns 0. Raises `ArtifactError` for a damaged file."""
    from ...quantize.artifact.format import load_artifact, read_header

    header = read_header(args.file)
    if args.verify:
        load_artifact(args.file)
    if args.json:
        print(json.dumps(_as_json(header), indent=2))
        return 0
    columns = terminal_columns()
    print("\n".join(fitted(_summary(args.file, header, args.model), columns, hang=2)))
    if args.layers:
        print("\n".join(fitted(_layer_table(header), columns, hang=2)))
    if args.sensitivity:
        print("\n".join(fitted(_worth_table(args.file, args.model), columns, hang=2)))
    if args.verify:
        print("Every tensor agrees with its checksum.")
    return 0


def size_by_part(header: ArtifactHeader) -> dict[str, int]:
    """Bytes of codes, scales, branches and so on; the unquantized rest last."""
    sizes: dict[str, int] = defaultdict(int)
    rest = 0
    for name, size in header.sizes.items():
        if header.in_layers(name):
            sizes[_PARTS[name.rpartition(".")[2]]] += size
        else:
            rest += size
    return {**sizes, "unquantized rest": rest}


def mean_weight_bits(header: ArtifactHeader) -> float:
    """Code bits a weight, over all layers."""
    weights = {n: s.in_features * s.out_features for n, s in header.layers.items()}
    return sum(weights[n] * s.weight_bits for n, s in header.layers.items()) / sum(weights.values())


def _worth_table(path: Path, name: str | None) -> list[str]:
    """Layers by predicted damage, and the words of `keep=` by damage a byte."""
    from ...models import load_model
    from ...quantize.artifact.format import load_artifact
    from ...quantize.keep import KINDS, kept_layers
    from ...quantize.worth import grouped_worth, worth_of_layers
    from ...upscale.kept_calibration import kept_calibration
    from ...user_folders import calibration_folder
    from ..terminal import terminal_progress

    model = load_model(name)
    quantized = load_artifact(path, expected_source=model.source_hash or None)
    calibration = kept_calibration(model, calibration_folder(), progress=terminal_progress())
    layers = worth_of_layers(model.transformer, quantized, calibration)
    whole = sum(layer.damage for layer in layers) or 1.0
    width = max(len(layer.name) for layer in layers)
    lines = [f"{'predicted damage':{width}}  share  by weight  by input  bytes to keep it"]
    for layer in layers[:15]:
        shares = (layer.damage, layer.weight_damage, layer.input_damage)
        text = "  ".join(f"{100 * share / whole:6.2f} %" for share in shares)
        lines.append(f"{layer.name:{width}}  {text}  {layer.extra_bytes:>10,}")
    names = [layer.name for layer in layers]
    words = [f"blocks.{i}" for i in range(quantized.config.num_layers)]
    words += [word for word, belongs in KINDS.items() if any(map(belongs, names))]
    groups = {word: kept_layers(word, names) for word in words}
    lines.append("worth keeping, most damage a byte first:")
    for word, share, extra in grouped_worth(layers, groups)[:6]:
        lines.append(f"  keep={word:10} removes {100 * share:5.1f} % of the damage for {extra:,} bytes")
    return lines


def _as_json(header: ArtifactHeader) -> dict[str, Any]:
    return {
        "record": dataclasses.asdict(header.record),
        "transformer": header.transformer.to_dict(),
        "layers": {name: spec.to_dict() for name, spec in header.layers.items()},
        "size_by_part": size_by_part(header),
        "version": header.version,
    }


def _summary(path: Path, header: ArtifactHeader, model: str | None) -> list[str]:
    from ...quantize.variants import option_text

    record = header.record
    config = ", ".join(f"{k}={option_text(v)}" for k, v in record.config.items() if v != "")
    chosen = {k: v for k, v in record.resolved.items() if not isinstance(v, dict | list)}
    resolved = ", ".join(f"{k}={option_text(v)}" for k, v in chosen.items())
    lines = [f"{path}: {record.label}, written by version {header.version}", f"settings: {config}"]
    if resolved:
        lines.append(f"resolved: {resolved}")
    notes = record.resolved.get("statistics")
    if isinstance(notes, dict):
        lines += _notes_text(notes, len(header.layers))
    if record.source_hash:
        lines.append(f"made from weights with SHA-256 {record.source_hash}")
    if record.calibration:
        images = record.calibration.get("images", [])
        lines.append(f"calibrated with {len(images)} photos: {', '.join(_image_name(i) for i in images)}")
    histogram: dict[int, int] = defaultdict(int)
    for spec in header.layers.values():
        histogram[spec.weight_bits] += 1
    counted = ", ".join(f"{count} x {bits} bit" for bits, count in sorted(histogram.items()))
    lines.append(
        f"{len(header.layers)} layers: {counted}; mean {mean_weight_bits(header):.2f} code bits a weight"
    )
    lines.append(f"activations: {_activation_text(header)}")
    lines += _work_text(header, model)
    lines.append(f"engines here: {_engine_text(header)}")
    sizes = size_by_part(header)
    total = sum(sizes.values())
    on_disk = path.stat().st_size
    lines.append(
        f"size: {on_disk:,} bytes on disk = {total:,} of tensors + {on_disk - total:,} of description; "
        "the tensors:"
    )
    lines += [f"  {part:18} {size:>14,}  {100 * size / total:5.1f} %" for part, size in sizes.items()]
    return lines


def _engine_text(header: ArtifactHeader) -> str:
    """How many layers the native kernel takes on this processor."""
    from ...engine_names import describe_engines
    from ...engines import kernel
    from ...quantize.layer.kernel_form import kernel_refusal

    if not kernel.fast():
        return f"int8 where it is exact, else reference; native kernel {kernel.describe()}"
    by: Counter[str] = Counter(kernel=0)  # told first
    left: Counter[str] = Counter()
    for name, spec in header.layers.items():
        halves = header.sizes.get(f"{name}.wscales", 0) // (2 * spec.out_features)  # scales a row in float16
        groups = halves if halves and spec.in_features % halves == 0 else max(1, halves // 2)
        if _has_float_inputs(spec):
            by["float"] += 1
            continue
        refusal = kernel_refusal(spec.activation, spec.in_features, groups, spec.weight_bits)
        left[refusal] += 1
        by["another engine" if refusal else "kernel"] += 1
    del left[""]
    return f"{describe_engines(by, left)}; {kernel.describe()}"


def _has_float_inputs(spec: LinearSpec) -> bool:
    return spec.activation.kind == "none" or spec.activation.widths[0] >= 16


def _work_text(header: ArtifactHeader, model: str | None) -> list[str]:
    from ...quantize.cost import cost_of_linears, header_costs

    sampled, words = _sampling(header, model)
    workload = sampled.workload()
    linears = header_costs(header, workload)
    cost = cost_of_linears(header.transformer, linears, workload, header.record.attention)
    return [
        f"attention: {header.record.attention or 'float'}",
        f"storage: {cost.bits_per_weight:.2f} bits a block weight with scales and branches",
        f"work: {cost.weight_bits:.2f} weight bits and {cost.act_bits:.2f} input bits a multiply, "
        f"{cost.product_bits:.2f} their product; {cost.paper_operations:,.1f} G operations by the paper's "
        f"convention, {cost.operations:,.1f} G honest",
        f"  counted: a {workload.width} x {workload.height} result, {workload.steps_text}, {words}",
    ]


def _sampling(header: ArtifactHeader, name: str | None) -> tuple[DescribedModel, str]:
    """How the operations are counted, and why so: as the model samples by itself that the file was made from.

    Without --model that is the bundled one, where its weights are those; for a file of an unknown model the
    settings of its calibration.
    """
    from ...models.registry import NANO
    from ...upscale import SamplingSettings
    from ...upscale.described_model import PUBLISHED, describe_model

    if name is not None:
        model = describe_model(name)
        return dataclasses.replace(model, config=header.transformer), f"as {model.name} samples by itself"
    if header.transformer.has_text:
        return (
            dataclasses.replace(describe_model(PUBLISHED), config=header.transformer),
            "as the published script samples",
        )
    bundled = describe_model(NANO)
    model = dataclasses.replace(bundled, config=header.transformer)
    if header.record.source_hash == bundled.source_hash:
        return model, "as the bundled model samples by itself"
    calibrated = (header.record.calibration or {}).get("settings")
    if not isinstance(calibrated, dict):
        return model, "as the bundled model samples (--model NAME counts as its own does)"
    known = {field.name for field in dataclasses.fields(SamplingSettings)}  # other versions had others
    settings = SamplingSettings(**{key: value for key, value in calibrated.items() if key in known})
    return dataclasses.replace(model, settings=settings), "as it was calibrated"


def _notes_text(notes: dict[str, str], layers: int) -> list[str]:
    """What the calibration could not give in full, by kind."""
    counts = Counter(notes.values())
    whole = layers - len(notes)
    return [
        f"statistics: whole for {whole} of {layers} layers",
        *(f"  {n} layers: {k}" for k, n in counts.items()),
    ]


def _image_name(image: Any) -> str:
    return str(image.get("name")) if isinstance(image, dict) else str(image)


def _activation_text(header: ArtifactHeader) -> str:
    schedules = [s.activation.schedule for s in header.layers.values() if s.activation.schedule]
    if not schedules:
        widths = Counter(
            "float" if _has_float_inputs(s) else f"{s.activation.bits} bit" for s in header.layers.values()
        )
        return ", ".join(f"{layers} x {width}" for width, layers in sorted(widths.items()))
    by_step = [sum(column) / len(column) for column in zip(*schedules, strict=True)]
    return "mean bits a step: " + " ".join(f"{b:.2f}" for b in by_step)


def _layer_table(header: ArtifactHeader) -> list[str]:
    width = max(len(name) for name in header.layers)
    lines = [f"{'layer':{width}}  out x in        W  A"]
    for name, spec in header.layers.items():
        shape = f"{spec.out_features} x {spec.in_features}"
        lines.append(f"{name:{width}}  {shape:14}  {spec.weight_bits}  {_bits_text(spec)}")
    return lines


def _bits_text(spec: LinearSpec) -> str:
    activation = spec.activation
    if activation.schedule:
        return " ".join("-" if b >= 16 else str(b) for b in activation.schedule)
    return "float" if activation.kind == "none" or activation.bits >= 16 else str(activation.bits)
