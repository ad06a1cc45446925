"""The words of screen and paper, one catalogue a language, and the tool that keeps them whole.

The sources are English sentences in the code: what is said with `Words.say` and `Words.count`, what
is marked with `sentence`, and what the drivers' errors say. ``python -m appliance.locale`` brings
every catalogue up to date with them; what has no translation yet is left empty, and a test says so.
"""
