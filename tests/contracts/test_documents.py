"""Commands, names and paths of the documents are those of the program."""

import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest

from qdit4sr_core.cli import build_parser
from qdit4sr_core.metrics import find_metric
from qdit4sr_core.quantize.variants import parse_variant
from qdit4sr_core.variant_text import read_variant, split_variants

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *("README.md", "MEASURED.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md"),
    *("resources/models/nano/README.md", "resources/samples/README.md"),
]
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS}


def commands(text):
    """Arguments of every `qdit4sr COMMAND ...` of a text, in a block of code or between backticks."""
    blocks = "\n".join(re.findall(r"```\w*\n(.*?)```", text, re.DOTALL))
    lines = [part.strip() for line in blocks.splitlines() for part in line.split("&&")]
    lines += re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    for line in lines:
        words = shlex.split(line, comments=True) if line.startswith("qdit4sr ") else []
        if words[1:3] == ["bench", "gui"]:  # the window's own
            continue
        if len(words) > 1 and re.fullmatch("[a-z]+", words[1]):
            yield ["2" if word == "N" else word for word in words[1:]]


COMMANDS = sorted({tuple(found) for text in TEXTS.values() for found in commands(text)})


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_every_command_that_a_document_shows_is_understood(arguments):
    args = build_parser(arguments[0]).parse_args(arguments)
    given = getattr(args, "variants", None) or ""
    for text in split_variants(",".join([given] if isinstance(given, str) else given)):
        if text and read_variant(text).path is None:
            assert parse_variant(text).key
    for name in (getattr(args, "metrics", None) or "").split(","):
        assert not name or find_metric(name)


def test_documents_show_commands():
    assert len(COMMANDS) > 15


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_to_a_file(name):
    for target in re.findall(r"\]\(([^)#]+)\)", TEXTS[name]):
        if not target.startswith("http"):
            assert ((ROOT / name).parent / target).exists(), target


def test_every_home_of_a_fact_is_a_module():
    section = TEXTS["ARCHITECTURE.md"].split("## Where each fact lives")[1].split("##")[0]
    homes = set(re.findall(r"`([a-z_.]+)`", section)) - {"msgspec"}
    assert len(homes) > 10
    for home in homes:
        assert find_spec(f"qdit4sr_core.{home}"), home
