"""Files the program ships: the bundled model, sample photos and icons."""
