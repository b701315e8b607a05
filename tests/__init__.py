"""Tests of tui; the folders mirror the package."""
