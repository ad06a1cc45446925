"""Old entries as files of compressed batches: kept for years, checked by anyone, out of the way.

A row leaves the database only after its file was written, synced, read back and proven. What stays
is small: which file holds what, the hash of every archived entry (32 bytes each) and the first
entry of each epoch. With these ingest goes on knowing a repeat from a fork, and tells devices what
is held, without the files: they may lie on a disk that is not always there. Only a rebuild, a look
at one old entry and a check read them.
"""
