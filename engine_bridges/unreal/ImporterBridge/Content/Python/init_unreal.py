"""Unreal runs this when the editor starts, once for every plugin that has it."""

from importer_bridge.engine import commands, editor

editor.start()
if editor.runner.handle is not None:
    commands.add_menu()
