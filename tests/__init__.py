"""The tests, and the rigs that tests and benchmarks share.

A package by name, because a library may bring a package ``tests`` of its own.
"""
