"""Runs a write verb's call; only `sync/push.py` may import this module."""
