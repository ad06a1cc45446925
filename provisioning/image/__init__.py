"""Builds the one image that every device starts from, and the bundles that update it.

``recipe`` reads what it is made of, ``root`` makes the file system from Debian's packages,
``house`` puts Balie into it, ``disk`` makes the card, ``bundle`` what is sent to devices that run,
``materials`` says what is inside. What did not change since the last build is taken from ``kept``.
"""
