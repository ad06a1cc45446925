"""A new system on the other slot, kept only when it can sell.

``slots`` is what the start-up script and the running system say to each other about the two slots.
"""
