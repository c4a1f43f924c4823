"""Findings to a destination: each room words them in one dialect. They do not know each other."""
