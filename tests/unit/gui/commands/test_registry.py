"""Commands are found by their files; ids and keys are given once."""

from types import SimpleNamespace

import pytest

from qdit4sr_gui.commands import menus
from qdit4sr_gui.commands.discovery import commands_in
from qdit4sr_gui.commands.registry import CommandId, Menu, Registry, command


class TrialCommand(CommandId):
    ONE = "one"
    TWO = "two"


def made(id, *keys, menu=Menu.VIEW):
    return command(id, id.value, menu, *keys)(lambda studio: None)


def test_an_id_or_a_key_given_twice_is_refused():
    with pytest.raises(ValueError, match="one exists already"):
        Registry([made(TrialCommand.ONE), made(TrialCommand.ONE)])
    with pytest.raises(ValueError, match="Key F7 of two belongs to one"):
        Registry([made(TrialCommand.ONE, "F7"), made(TrialCommand.TWO, "F7")])


def test_commands_stand_in_the_order_of_the_menus():
    registry = Registry([made(TrialCommand.ONE, menu=Menu.HELP), made(TrialCommand.TWO, menu=Menu.FILE)])
    assert [found.id for found in registry] == ["two", "one"]


def test_a_new_file_is_all_a_new_command_takes(tmp_path, monkeypatch):
    package = tmp_path / "trial_menus"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "ruler.py").write_text(
        "from qdit4sr_gui.commands.registry import CommandId, Menu, command\n"
        "class RulerCommand(CommandId):\n    RULER = 'ruler'\n"
        "@command(RulerCommand.RULER, '&Ruler', Menu.VIEW, 'Ctrl+R')\n"
        "def ruler(studio):\n    studio.log.append('measured')\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    import trial_menus

    registry, log = Registry(commands_in(trial_menus)), []
    registry["ruler"].run(SimpleNamespace(log=log))
    assert log == ["measured"]
    assert registry["ruler"].keys == ("Ctrl+R",)


def test_the_window_has_its_commands_in_order():
    registry = Registry(commands_in(menus))
    assert len(registry) > 60
    file_menu = [found.id for found in registry if found.menu is Menu.FILE]
    assert (file_menu[0], file_menu[-1]) == ("open", "quit")
    view = [found.id for found in registry if found.menu is Menu.VIEW]
    assert view.index("reset_layout") < view.index("select_1")  # a file beside the menu's own adds to its end
