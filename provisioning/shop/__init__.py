"""The demo shop: real articles, made prices."""
