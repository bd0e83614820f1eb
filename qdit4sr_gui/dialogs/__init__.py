"""Windows of their own: preferences, model folder, metrics, figure."""
