"""The model server of the demo: a program of its own, not part of Driftline."""
