"""The tests' settings on PostgreSQL; `python -m tests.on_postgres` runs pytest with them."""

import os

from connect.scale_out import postgres
from tests.settings import *  # noqa: F403

DATABASES = {"default": postgres(os.environ["CONNECT_TESTS_POSTGRES"])}
