"""A terminal data browser that fixes records."""

__version__ = "0.1.0"
