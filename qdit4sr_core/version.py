"""The version of this program, as it stands in every file it writes."""

__version__ = "0.1.0"
