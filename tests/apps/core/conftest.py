from tests.journeys.conftest import db

__all__ = ["db"]
