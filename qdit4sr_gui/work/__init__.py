"""What happens off the window's thread."""
