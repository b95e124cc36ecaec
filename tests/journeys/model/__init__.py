"""A contact centre in which anything may happen, for tests that let it (R-21, R-25)."""
