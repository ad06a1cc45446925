"""Recorded baskets sold again at their recorded times, through the register's own services.

For trying a device and a back office out with a season of real sales, and for proving that what
comes out at the far end is what went in, to the penny.
"""
