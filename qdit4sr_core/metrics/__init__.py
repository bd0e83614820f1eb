"""What can be measured on an image, alone or against a reference."""
