"""What the window knows, without Qt and without torch."""
