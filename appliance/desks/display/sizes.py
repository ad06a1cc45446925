"""Sizes of type for reading at two metres, in units of the look.

At 1280 × 800 on 10 inch a unit is 0.168 mm, and a capital of Roboto is 0.71 of its size. Somebody
who just reads 6/12 (a driving licence asks about that) needs 5 mm at 2 m (10 minutes of arc); the
amounts are twice that and more. On a larger screen all of it is larger.
"""

SHOP = 32
"""The shop's name while something goes on: nobody has to read it."""

LINE = 44
WORD = 52
IDLE = 96
TOTAL = 116
HUGE = 176

EDGE = 40
"""Free at the left and right."""

ROW = 82
"""Height of a line of the sale."""

LEAST_UNIT = 0.6
"""Pixels; nobody touches this screen, so a small one has the same faces, only smaller."""
