"""Controls that know nothing of photos and results."""
