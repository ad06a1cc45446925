"""Personal data beside the entries: kept as long as it is needed, erased everywhere on order.

Nothing of it stands in an entry, in an archive or in an export of entries. What was erased leaves
its reference, so that it cannot come back.
"""
