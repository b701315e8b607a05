"""A seeded monkey at the keyboard, a second program at the same tables, and faults."""
