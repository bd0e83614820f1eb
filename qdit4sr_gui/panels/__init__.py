"""The docks and dialogs around the comparison: each file is one panel."""
