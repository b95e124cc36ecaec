"""The command lines: what is missing is said in one sentence, with exit code 2."""

import pytest

from apps.robots.management.commands.answer import Command as Answer
from apps.robots.management.commands.call import Command as Call

pytestmark = pytest.mark.media

AT = ["--url", "http://127.0.0.1:9", "--instance", "demo"]


def test_an_answering_robot_without_its_password_says_which_variable_is_empty(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ROBOT_PASSWORD", raising=False)

    with pytest.raises(SystemExit) as exit_:
        Answer().run_from_argv(
            ["manage.py", "answer", "ana", *AT, "--password-env", "ROBOT_PASSWORD"]
        )

    assert exit_.value.code == 2
    assert capsys.readouterr().err == (
        "The environment variable ROBOT_PASSWORD holds no password.\n"
    )


def test_an_address_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        Call().run_from_argv(
            ["manage.py", "call", "+12065550100", "--url", "example", "--instance", "demo"]
        )

    assert exit_.value.code == 2
    assert "--url must begin with http:// or https://" in capsys.readouterr().err
