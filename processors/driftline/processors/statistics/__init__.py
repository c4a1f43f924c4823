"""Pure functions on arrays: distances between two counted distributions, and what chance alone does to them."""
