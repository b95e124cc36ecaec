"""Pure rules about telephone numbers: no database, no clock."""
