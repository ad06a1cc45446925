"""Many devices on one machine: the real wire traffic of a chain of shops, in a few processes.

``balie-collector simulate --devices 1000`` enrols devices that are plainly not real, connects each
with its own certificate, and lets each sell: every entry is chained, signed, sent and acknowledged
as a register's is. Only journal.db is missing; a simulated device keeps what is not acknowledged
yet in memory.

``sales`` makes what is sold, ``ledger`` is the journal in memory, ``connection`` the wire,
``device`` one device, ``process`` many of them in one process, ``crowd`` their place in the
collector's database, ``tally`` and ``report`` what is counted and said.
"""
