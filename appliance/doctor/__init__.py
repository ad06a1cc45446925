"""What is well with a device and what is not, each with what it means and what to do.

A check reads the kernel's own files below a root folder, or asks a part of the device, and returns
findings as data; it never writes and never holds up selling. `examination` runs them all, each
with a deadline; `report` says them in the reader's language; `bundle` packs them for whoever
supports the shop, with nothing secret or personal in it.
"""
