"""`qdit4sr train`: train a nano model of your own from a folder of photos, in resumable stages."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import OutputError, SettingsError, reason
from ...one_writer import one_writer
from ...progress import CancelCheck
from ..interrupts import interrupt_asks_first
from ..path_argument import given_name, given_path

if TYPE_CHECKING:
    from ...training.nano_to_train import NanoToTrain

HELP = "Train a small model of your own from a folder of photos; run it again to go on."
STAGES = ("pairs", "codec", "transformer", "decoder", "export")

_STOPPING = "Stopping after this step, with a checkpoint; Ctrl-C once more stops at once."
_STOPPING_TO_CUT = "Stopping; crops are kept once all are cut. Ctrl-C once more stops at once."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "photos", type=given_path, help="folder of photos, each at least 256 pixels wide and high"
    )
    parser.add_argument(
        "--out",
        metavar="FOLDER",
        type=given_path,
        required=True,
        help="folder for checkpoints, logs and the model",
    )
    parser.add_argument("--stage", choices=(*STAGES, "all"), default="all", help="what to do (default all)")
    parser.add_argument(
        "--minutes", metavar="MINUTES", type=float, default=None, help="budget of this call for each stage"
    )
    parser.add_argument(
        "--codec-minutes",
        metavar="MINUTES",
        type=float,
        default=15.0,
        help="planned length of the codec stage (default 15)",
    )
    parser.add_argument(
        "--transformer-minutes",
        metavar="MINUTES",
        type=float,
        default=90.0,
        help="of the transformer stage (default 90)",
    )
    parser.add_argument(
        "--decoder-minutes",
        metavar="MINUTES",
        type=float,
        default=90.0,
        help="of the decoder stage (default 90)",
    )
    parser.add_argument(
        "--crops",
        metavar="N",
        type=int,
        default=12_000,
        help="training crops of 256 pixels to cut (default 12,000)",
    )
    parser.add_argument(
        "--steps", metavar="N", type=int, default=None, help="most steps of this call in each stage"
    )
    parser.add_argument(
        "--batch",
        metavar="N",
        type=int,
        default=32,
        help="windows a step of the transformer stage (default 32)",
    )
    parser.add_argument(
        "--drawn",
        metavar="N",
        type=int,
        default=512,
        help="windows drawn for the decoder stage (default 512)",
    )
    parser.add_argument(
        "--from",
        dest="start",
        metavar="MODEL",
        type=given_name,
        help="begin with the weights of a nano: a model folder, or nano for the bundled one; what its latents"
        " mean stays, so that the codec stage is left out",
    )
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"), help="default: cpu")
    parser.add_argument("--compile", action="store_true", help="use torch.compile for the transformer")
    parser.add_argument(
        "--seed", metavar="N", type=int, default=0, help="seed of everything random (default 0)"
    )


def run(args: argparse.Namespace) -> int:
    """Check the inputs, then run the chosen stages one after another; one process at a time for a folder."""
    from ...pairing import photos_in

    out: Path = args.out
    for name, least in (("crops", 1), ("batch", 1), ("drawn", 1), ("seed", 0), ("steps", 0)):
        value = getattr(args, name)
        if value is not None and not least <= value < 2**31:
            raise SettingsError(f"--{name} must be a whole number of at least {least}, but it is {value}.")
    for name in ("minutes", "codec_minutes", "transformer_minutes", "decoder_minutes"):
        value = getattr(args, name)
        if value is not None and not 0 <= value < 1e6:
            option = name.replace("_", "-")
            raise SettingsError(f"--{option} must be a number of minutes, but it is {value}.")
    photos_in(args.photos, nested=True)
    if out.resolve().is_relative_to(args.photos.resolve()):
        raise SettingsError(
            f"{out} lies in the folder of photos, so that pictures made there would be trained on: choose"
            " another for --out."
        )
    _require_device(args)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {out} could not be made: {reason(error)}.") from error
    stages = STAGES if args.stage == "all" else (args.stage,)
    with one_writer(out):
        begun = _beginning(args, out, stages)
        if "pairs" in stages:
            _cut_pairs(args, out)
        if stages == ("pairs",):
            return 0
        with interrupt_asks_first(_STOPPING) as cancelled:
            return _run(args, out, stages, begun, cancelled)


def _require_device(args: argparse.Namespace) -> None:
    """Raise `SettingsError` for a device or a compiler that is not there."""
    import torch

    if args.device == "cuda" and not torch.cuda.is_available():
        raise SettingsError("There is no CUDA device here that torch can use: leave --device out.")
    if args.compile:
        try:
            torch.compile(torch.neg)(torch.zeros(2, device=args.device))
        except RuntimeError as error:
            raise SettingsError(
                "torch.compile does not work here, most often for want of a C++ compiler: leave --compile"
                " out."
            ) from error


def _beginning(args: argparse.Namespace, out: Path, stages: Sequence[str]) -> NanoToTrain | None:
    """The nano whose weights training begins with, None for a beginning from scratch."""
    from ...training.nano_to_train import nano_to_train, require_same_beginning
    from ...training.run import TRAINED

    begun = None if args.start is None else nano_to_train(args.start)
    if begun is not None and stages == ("codec",):
        raise SettingsError("With --from there is no codec stage: the codec is the given nano's.")
    require_same_beginning(out, begun, begins=not set(TRAINED).isdisjoint(stages))
    return begun


def _cut_pairs(args: argparse.Namespace, out: Path) -> None:
    from ...training.pairs import PairSettings, has_pairs, make_pairs
    from ..terminal import terminal_progress

    if not has_pairs(out):
        settings = PairSettings(crops=args.crops, seed=args.seed)
        with interrupt_asks_first(_STOPPING_TO_CUT) as cancelled:
            make_pairs(args.photos, out, settings, progress=terminal_progress(), cancelled=cancelled)


def _run(
    args: argparse.Namespace,
    out: Path,
    stages: Sequence[str],
    begun: NanoToTrain | None,
    cancelled: CancelCheck,
) -> int:
    from ...figures.training_curves import NoTrainingLogError, training_curves
    from ...pairing import photos_in
    from ...training.codec_stage import CodecTraining, train_codec
    from ...training.decoder_stage import DecoderTraining, train_decoder
    from ...training.export import CODEC, SAMPLING, export_nano
    from ...training.pairs import open_pairs, save_held_out
    from ...training.run import Run, stage_record
    from ...training.transformer_stage import TransformerTraining, train_transformer
    from ...upscale.settings import SamplingSettings
    from ..terminal import terminal_progress

    progress = terminal_progress()

    def plan(planned: float, *stage: str) -> Run:
        """A stage that was not asked for is only loaded (a budget of zero minutes)."""
        minutes = (args.minutes if args.minutes is not None else planned) if stage[0] in stages else 0.0
        return Run(
            out,
            minutes,
            args.device,
            args.seed,
            compile=args.compile,
            steps=args.steps,
            progress=progress,
            cancelled=cancelled,
        )

    pairs = open_pairs(out)
    if begun is None:
        codec_settings = CodecTraining(minutes=args.codec_minutes)
        codec = train_codec(pairs, codec_settings, plan(args.codec_minutes, "codec"), CODEC)
    else:
        codec = begun.codec
    if stages == ("codec",):
        return 0
    transformer_settings = TransformerTraining(minutes=args.transformer_minutes, batch=args.batch)
    decoder_settings = DecoderTraining(
        minutes=args.decoder_minutes, drawn_windows=args.drawn, sampling=SamplingSettings(**SAMPLING)
    )
    if begun is not None:
        transformer_settings, decoder_settings = transformer_settings.gentle(), decoder_settings.gentle()
    if begun is not None and "transformer" not in stages and not (out / "transformer.pt").is_file():
        transformer = begun.transformer  # the decoder alone is trained further
    else:
        start = None if begun is None else begun.transformer
        budget = plan(args.transformer_minutes, "transformer")
        transformer, condition = train_transformer(codec, pairs, transformer_settings, budget, start)
        codec.condition.load_state_dict(condition.state_dict())
    if "decoder" in stages or (out / "decoder.pt").is_file():
        budget = plan(args.decoder_minutes, "decoder")
        codec = train_decoder(codec, transformer, pairs, decoder_settings, budget)
    if "export" in stages:
        photos = len(photos_in(args.photos, nested=True))
        provenance: dict[str, Any] = {"photos": photos, "pairs": len(pairs), "seed": args.seed}
        if begun is not None:
            provenance |= {"begun_with": begun.source_hash, "before": begun.training}
        export_nano(transformer, codec, out / "model", provenance | stage_record(out), SAMPLING)
        print(f"The model is in {out / 'model'}.")
        if count := save_held_out(pairs, out / "held-out"):
            print(f"{count} pairs that it never saw are in {out / 'held-out'}, to evaluate it on.")
        with contextlib.suppress(NoTrainingLogError):
            print(f"Its training curves are {training_curves(out).save(out / 'curves.png')}.")
    return 0
