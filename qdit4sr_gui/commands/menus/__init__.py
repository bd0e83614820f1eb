"""The commands, a file a menu; every file in this package is looked into."""
