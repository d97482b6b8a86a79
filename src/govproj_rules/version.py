"""The version of this package; records and the command line tell it, and the build reads it here."""

__version__ = "0.1.0"
