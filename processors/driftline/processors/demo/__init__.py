"""The demo: a real model on real flights, watched while one airline vanishes into another."""
