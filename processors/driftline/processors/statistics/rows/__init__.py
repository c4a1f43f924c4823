"""Whole rows against whole rows: what no field shows by itself.

Every statistic maps rows and draws to one score a draw. A *draw* says which rows are the window's; the first is the
one that was seen, the others are what chance would have made of the same rows. So one null, exact at any size, serves
every statistic and all of them together (`joint`).
"""
