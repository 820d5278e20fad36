"""Settings, urls, wiring."""
