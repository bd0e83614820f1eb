"""How fast the window is, and how much memory it holds."""
