"""What is known about each metric, one file a family. A file put here is found; it calls `register`."""
