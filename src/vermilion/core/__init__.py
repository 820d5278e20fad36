"""Framework-free craft: no Django, no database, no environment; time and randomness are passed in."""
