"""Bad files, kills and full disks; `python -m tests.hostile` runs the whole campaign and prints a table."""
