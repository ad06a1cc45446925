"""The screen: a Kivy shell that shows the active desk, and the widgets every desk draws with.

Kivy reads its environment when it is first imported, and by default it takes the command line,
the root logger and the error stream for itself. All of Kivy is imported below this package, so
what it must leave alone is said here, before it can start.
"""

import os

for _name, _value in {
    "KIVY_NO_ARGS": "1",  # the command line is ours
    "KIVY_NO_CONFIG": "1",  # no settings file is read or written
    "KIVY_NO_FILELOG": "1",
    "KIVY_LOG_MODE": "PYTHON",  # the root logger and the error stream stay as they are
    "KIVY_WINDOW": "sdl2",  # another way to a window ends the process where there is no display
}.items():
    os.environ.setdefault(_name, _value)
