"""A developer's or shop owner's own computer: set-up, demonstration, tests.

``setup`` and what it uses (``progress``, ``debian``, ``environment``, ``lock``) run on a bare
Python with nothing installed, so they import the standard library only. Everything else runs in
the virtual environment that the set-up makes.
"""
