"""`manage.py answer`: a synthetic agent."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.robots.answerer import AnswerPlan, answer
from apps.robots.errors import RobotError
from apps.robots.inbox import Inbox
from apps.robots.process import run
from apps.robots.report import Outcome, Report
from apps.robots.session import site


class Command(BaseCommand):
    help = "Answer calls as an agent with a tone and say what is heard (docs/robots.md)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="the agent's user name")
        parser.add_argument("--url", required=True, help="the root of the site")
        parser.add_argument("--instance", required=True, help="alias of the instance")
        parser.add_argument(
            "--password-env", required=True, help="environment variable with the password"
        )
        parser.add_argument("--tone", type=float, default=660.0, help="hertz to send; 0 = silence")
        parser.add_argument("--seconds", type=float, default=30.0, help="how long to talk at most")
        parser.add_argument("--count", type=int, default=1, help="how many calls to answer")
        parser.add_argument("--reject", action="store_true", help="reject them instead")
        parser.add_argument("--wait", type=float, default=120.0, help="how long to wait for a call")

    def handle(self, *args: Any, **options: Any) -> None:
        async def robot(report: Report, inbox: Inbox) -> Outcome:
            at = site(options["url"], instance=options["instance"])
            return await answer(at, plan=_plan(options), report=report, inbox=inbox)

        raise SystemExit(run(robot))


def _plan(options: dict[str, Any]) -> AnswerPlan:
    variable = options["password_env"]
    password = os.environ.get(variable)
    if not password:
        raise RobotError(f"The environment variable {variable} holds no password.")
    return AnswerPlan(
        user=options["user"],
        password=password,
        hertz=options["tone"],
        seconds=options["seconds"],
        count=options["count"],
        patience=options["wait"],
        reject=options["reject"],
    )
