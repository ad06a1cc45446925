"""Who may speak: the shop's own certificate authority, and the broker that asks for it.

``authority`` signs, ``broker`` writes the configuration of mosquitto, ``commands`` are the lines a
technician types. Names are checked in ``names``: a name is the broker's user name and a level of
every topic, so it may never hold a character that means something to either.
"""
