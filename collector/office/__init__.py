"""The back office's pages: the frame around every desk's own, and what concerns them all.

Sign-in, today, devices and alarms live here. A desk brings its pages in ``collector.desks.<desk>``:
its ``urls`` are included and its ``pages.DESK`` says what goes into the menu and into today.
"""
