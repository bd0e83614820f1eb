"""The name and the version of this program, as they stand in every file it writes."""

PROGRAM = "Q-DiT4SR Studio"
__version__ = "0.1.0"
