"""Static files can be renamed by their content: every import and address in them is followed."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.domain

ROOT = Path(__file__).parents[2]
COLLECT = """
import sys
import django
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import call_command

class Hashed(ManifestStaticFilesStorage):
    support_js_module_import_aggregation = True

sys.modules["hashed"] = type(sys)("hashed")
sys.modules["hashed"].Hashed = Hashed
settings.configure(
    INSTALLED_APPS=["django.contrib.staticfiles"],
    STATIC_URL="/static/",
    STATIC_ROOT=sys.argv[1],
    STATICFILES_DIRS=["static"],
    STORAGES={"staticfiles": {"BACKEND": "hashed.Hashed"}},
)
django.setup()
call_command("collectstatic", interactive=False, verbosity=0)
"""


def test_every_file_gets_a_hashed_name_and_finds_the_others(tmp_path: Path) -> None:
    """Fails on an import of a file that is not there, and on modules that import each other."""
    command = [sys.executable, "-c", COLLECT, str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert result.returncode == 0, result.stderr
    app = next(path for path in (tmp_path / "connect/js/ccp").glob("app.*.js"))
    assert 'from "../lib/socket.js"' not in app.read_text()
