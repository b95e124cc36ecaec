"""The product's settings for a folder no worker will tend: what is to be rendered is, at once."""

from connect.settings import *  # noqa: F403

CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
