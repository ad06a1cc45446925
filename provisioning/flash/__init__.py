"""Writing the image to a storage card: chosen with care, written, read back and let go.

All of it runs on a bare Python; a compressed image also needs ``zstd``, and a look at what an old
card of ours still holds needs e2fsprogs.
"""
