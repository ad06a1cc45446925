"""The journal: what happened at the counter, append-only, chained and provable.

Importable by the collector: nothing here knows of screens, services or drivers.
"""
