"""The only door by which anything is written into a PMS."""
