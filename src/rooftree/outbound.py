"""The one guarded way out over HTTP: https only, addresses checked after resolution, no redirects, hard limits."""
