"""Getting what a dead device had not sent off its storage card, and to the collector, once.

The card is only ever read. `partitions` and `ext4` need nothing but Python and e2fsprogs, so that
whatever writes cards anew can look first (`card`); `rescue` reads the journal and writes the file
that ``balie-collector recover`` takes.
"""
