from tests.journeys.conftest import db, house

__all__ = ["db", "house"]
