"""Only for `python -m tests.on_postgres`: what these tests look at does not exist on SQLite."""

import os

from tests.journeys.conftest import db, house

__all__ = ["db", "house"]

collect_ignore_glob = [] if "CONNECT_TESTS_POSTGRES" in os.environ else ["test_*.py"]
