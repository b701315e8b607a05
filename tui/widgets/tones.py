"""How text in a line is toned, in theme variables. `$text-muted` has no meaning inside a line."""

QUIET = "$foreground 60%"
"""What is beside the point."""
