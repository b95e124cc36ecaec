"""Django's HTTP side; `connect.asgi` runs it in a pool of threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "connect.settings")

application = get_wsgi_application()
