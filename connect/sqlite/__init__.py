"""SQLite for a house with many writing threads: Django's backend behind a fair gate."""
