"""Layout, wiring and closing of the window."""
