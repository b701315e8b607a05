"""Programs to compare with, as small as they can be."""
