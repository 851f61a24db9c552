"""Step, queue and schedule: thin words over DBOS."""
