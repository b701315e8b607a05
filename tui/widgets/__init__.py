"""Widgets: they draw values of tui.db and know no session, no screen and no app."""
