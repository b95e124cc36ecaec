"""The product's settings on a throw-away data folder."""

import os
from pathlib import Path

from tests.data_folder import own_folder

os.environ["CONNECT_DATA_DIR"] = own_folder()
# Tests never touch the servers of whoever runs them; tests/on_postgres.py brings its own.
os.environ.pop("CONNECT_DATABASE_URL", None)
os.environ.pop("CONNECT_REDIS_URL", None)

from connect.settings import *  # noqa: F403
from connect.settings import DATA_DIR, DATABASES

# Threads of the service pool must see the rows of a test: a file, not a database in memory.
DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA_DIR) / "test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
# Looked for when they are asked for: to list them costs more than most tests, for every client.
WHITENOISE_AUTOREFRESH = True
SPEECH_SYNTHESISER = "tests.speech.ToneSynthesiser"
