"""Statistics of a model's layers, taken while it samples, and their file."""
