"""Django entry."""
