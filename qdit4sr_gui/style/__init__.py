"""Colours and the language of the window."""
