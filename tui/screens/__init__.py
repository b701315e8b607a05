"""Screens and panes: where workers live."""
