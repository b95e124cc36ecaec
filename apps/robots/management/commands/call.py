"""`manage.py call`: a synthetic caller."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.robots.caller import CallPlan, call
from apps.robots.inbox import Inbox
from apps.robots.process import run
from apps.robots.report import Outcome, Report
from apps.robots.session import site


class Command(BaseCommand):
    help = "Call a number of an instance with a tone and say what is heard (docs/robots.md)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="the number to call, in E.164")
        parser.add_argument("--url", required=True, help="the root of the site")
        parser.add_argument("--instance", required=True, help="alias of the instance")
        parser.add_argument("--from", dest="caller_number", help="the caller's number, in E.164")
        parser.add_argument("--tone", type=float, default=440.0, help="hertz to send; 0 = silence")
        parser.add_argument("--seconds", type=float, default=5.0, help="how long to talk")
        parser.add_argument("--wait", type=float, default=120.0, help="how long to wait for that")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = CallPlan(
            number=options["number"],
            caller_number=options["caller_number"],
            hertz=options["tone"],
            seconds=options["seconds"],
            patience=options["wait"],
        )

        async def robot(report: Report, inbox: Inbox) -> Outcome:
            at = site(options["url"], instance=options["instance"])
            return await call(at, plan=plan, report=report, inbox=inbox)

        raise SystemExit(run(robot))
