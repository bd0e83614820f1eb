"""What the user can do, by menu, and where it can be found: palette and shortcut sheet."""
