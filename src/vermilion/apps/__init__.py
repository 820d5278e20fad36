"""Django apps, one per noun."""
