"""How a device is let in: what stands between the screen, which takes the code, and the network.

The desk shows the door and has no network; ``balie admit`` has the network and no devices. They
leave each other notes in a folder (``box``). ``asking`` speaks to the back office, ``arriving``
writes what it says, whole or not at all, ``refusals`` says in words why a device is not let in.
"""
