"""The command line offers, without torch, exactly the words that the library takes."""

import argparse

from qdit4sr_core.cli.commands import quantize
from qdit4sr_core.quantize.artifact.layouts import LAYOUTS


def test_every_export_layout_can_be_chosen():
    parser = argparse.ArgumentParser()
    quantize.add_arguments(parser)
    (option,) = (action for action in parser._actions if action.dest == "export_format")
    assert option.choices == ("dequantized", *LAYOUTS)
