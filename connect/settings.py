"""One settings module, read from the environment (docs/operations.md lists the variables)."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from connect import look, scale_out
from connect.env import env_bool, env_int, env_list, env_path, env_secret, env_str

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env_path("DATA_DIR", default=BASE_DIR / "data")

DEBUG = env_bool("DEBUG", default=False)
SECRET_KEY = env_secret("SECRET_KEY", folder=DATA_DIR)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", default=("localhost", "127.0.0.1", "[::1]"))
IS_SECURE = env_bool("SECURE", default=False)
# How many proxies stand before us and add to X-Forwarded-For.
PROXIES = env_int("PROXIES", default=0, minimum=0)
# Several processes on PostgreSQL and Redis; otherwise one with SQLite.
IS_SCALE_OUT = scale_out.is_scale_out()
REDIS_URL = scale_out.redis_url(env_str("REDIS_URL")) if IS_SCALE_OUT else ""
# The landing page shows the demo instance and the names of its people.
SHOW_DEMO = env_bool("SHOW_DEMO", default=True)

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # before the admin, whose templates and scripts it replaces
    "django.contrib.admin.apps.SimpleAdminConfig",  # the site is ours: connect.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "auditlog",
    "axes",
    "channels",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "guardian",
    "rest_framework",
    "apps.core",
    "apps.instances",
    "apps.users",
    "apps.audit",
    "apps.security_profiles",
    "apps.alarms",
    "apps.flows",
    "apps.numbers",
    "apps.routing",
    "apps.agents",
    "apps.contacts",
    "apps.recordings",
    "apps.voice",
    "apps.ccp",
    "apps.robots",
    "connect",
]

MIDDLEWARE = [
    "connect.middleware.ActingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "connect.middleware.DroppedBodyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.users.middleware.SessionUseMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "connect.middleware.PageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "connect.urls"
WSGI_APPLICATION = "connect.wsgi.application"
ASGI_APPLICATION = "connect.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

SQLITE = {
    "ENGINE": "connect.sqlite",
    "NAME": DATA_DIR / "connect.sqlite3",
    # The threads that use the database are persistent and few; see docs/subsystems/database.md.
    "CONN_MAX_AGE": None,
    "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
}
DATABASES = {
    "default": scale_out.postgres(env_str("DATABASE_URL")) if IS_SCALE_OUT else SQLITE,
}
BUS_WIRE = f"apps.core.bus.{'redis_wire.RedisWire' if IS_SCALE_OUT else 'local_wire.LocalWire'}"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "apps.users.backends.InstanceBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "apps.users.validators.MixedCharactersValidator"},
]
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # rights are resolved by apps.security_profiles
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
AXES_HANDLER = "apps.users.lockout.TwoDoors"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"  # the credential, see apps.users.backends
AXES_SENSITIVE_PARAMETERS = ["username", "csrfmiddlewaretoken", "next"]
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_CLIENT_STR_CALLABLE = "apps.users.lockout.client_in_log"
AXES_LOCKOUT_CALLABLE = "connect.errors.locked_out"

AUDITLOG_LOGENTRY_MODEL = "audit.AuditEntry"

SESSION_ENGINE = "apps.users.sessions"
SESSION_COOKIE_NAME = "connect_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_AGE = env_int("SESSION_SECONDS", default=12 * 3600, minimum=60)
SESSION_IDLE_SECONDS = env_int("SESSION_IDLE_SECONDS", default=2 * 3600, minimum=60)
CSRF_FAILURE_VIEW = "connect.errors.csrf_refused"
CSRF_COOKIE_NAME = "connect_csrf"
CSRF_COOKIE_SECURE = IS_SECURE
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = IS_SECURE
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_SECURE
SECURE_HSTS_PRELOAD = IS_SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
UNFOLD = look.UNFOLD
LOGIN_REDIRECT_URL = "/admin/"  # of operators; people of an instance have a log-in of their own
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "media-src": [SELF, "blob:"],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "apps.core.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "connect" / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns about a folder that is not there
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "recordings": {
        "BACKEND": "apps.recordings.storage.WholeFileStorage",
        "OPTIONS": {"location": DATA_DIR / "recordings"},
    },
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = DATA_DIR / "files"
ASSETS_DIR = DATA_DIR / "assets"
JOURNALS_DIR = DATA_DIR / "journals"
MEDIA_NODE = "embedded"
MEDIA_NODE_SILENCE_SECONDS = env_int("MEDIA_NODE_SILENCE_SECONDS", default=2, minimum=1)
SPEECH_SYNTHESISER = "apps.flows.speech.espeak.EspeakSynthesiser"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.core.api.authentication.SignedIn"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.api.parsers.BoundedJson"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "connect.problems.problem_response",
    "DEFAULT_PAGINATION_CLASS": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Connect",
    "DESCRIPTION": "The REST interface of a Connect installation.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "AlarmSeverityEnum": "apps.alarms.models.Alarm.Severity",
        "SeverityEnum": ["error", "warning"],
        "ContactStateEnum": "apps.contacts.api.serializers.CONTACT_STATES",
        "FlowTypeEnum": "apps.flows.models.FlowType",
        "RecordingStateEnum": "apps.recordings.api.serializers.RECORDING_STATES",
    },
}

CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"socket_timeout": 5, "socket_connect_timeout": 1, "global_keyprefix": "connect:celery:"}
    if IS_SCALE_OUT
    else {"polling_interval": 0.02}
)
# A Redis that is away, or refuses to write for a while, comes back: the worker waits for it.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"


LOGGING_CONFIG = "connect.log.configure"
LOGGING = {
    "level": env_str("LOG_LEVEL", default="INFO"),
    "file": DATA_DIR / "logs" / f"{env_str('LOG_NAME', default='connect')}.log",
}
