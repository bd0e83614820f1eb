"""`qdit4sr model check DIR`: is this folder a model, what is missing, what will it need."""

from __future__ import annotations

import argparse
import json
import shutil

from ...setting_words import KEY_MODES
from ..path_argument import given_path

HELP = "Look at a model folder without loading it."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare `check` and its arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="what was found, what is missing, what it needs in memory")
    check.add_argument("folder", type=given_path, help="a DiT4SR folder, its transformer/, or a checkpoint-N")
    check.add_argument(
        "--base",
        metavar="FOLDER",
        type=given_path,
        help="the Stable Diffusion 3.5 medium folder (VAE, text encoders)",
    )
    check.add_argument("--key-mode", choices=KEY_MODES, help="how LR keys are made, if you know it")
    check.add_argument("--deep", action="store_true", help="read every tensor and look for damaged values")
    check.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(args: argparse.Namespace) -> int:
    """Print the check; 0 if the model can be run, else 2."""
    from ...models.folder_check import check_folder
    from ..terminal import terminal_progress

    result = check_folder(
        args.folder, base=args.base, key_mode=args.key_mode, deep=args.deep, progress=terminal_progress()
    )
    if args.json:
        print(json.dumps(result.to_dict(), indent=2))
    else:
        print(result.text(min(shutil.get_terminal_size().columns, 120)))
    return 0 if result.usable else 2
