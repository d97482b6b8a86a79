"""Finds inputs that are neither read nor refused properly: `make fuzz`. Outside of the package, as bench/ is."""
