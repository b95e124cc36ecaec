import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.alarms.doctor import Finding, Report, examine, treat
from apps.core.errors import DomainError
from apps.instances.selectors import active_instance

WHOLE, DAMAGED, REPAIRED = 0, 1, 2


class Command(BaseCommand):
    """The exit code says it all: 0 nothing found, 2 all repaired, 1 something is still damaged."""

    help = (
        "Look for rows that contradict each other and repair them; safe while calls go on. "
        "Exit code 0: nothing found, 2: all found was repaired, 1: something is still damaged "
        "(with --dry-run: something was found)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="look only, change nothing")
        parser.add_argument("--instance", metavar="ALIAS", help="look at this instance only")
        parser.add_argument("--json", action="store_true", help="write one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        report = self._report(alias=options["instance"], dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(report), ensure_ascii=False, indent=2))
        else:
            self._tell(report, dry_run=options["dry_run"])
        code = _code(report)
        if code != WHOLE:
            sys.exit(code)

    def _report(self, *, alias: str | None, dry_run: bool) -> Report:
        try:
            instance = active_instance(alias) if alias else None
        except DomainError as error:
            raise CommandError(f"There is no instance {alias}.") from error
        return examine(instance=instance) if dry_run else treat(instance=instance)

    def _tell(self, report: Report, *, dry_run: bool) -> None:
        for finding in report.findings.values():
            self.stdout.write(_line(finding, dry_run=dry_run))
        for check, reason in report.broken_checks.items():
            self.stdout.write(f"The check {check} could not be carried out: {reason}")
        found = len(report.findings)
        if not found and report.is_whole:
            self.stdout.write("Nothing is damaged.")
        elif dry_run:
            self.stdout.write(f"{found} found, nothing was changed.")
        else:
            repaired = sum(finding.is_repaired for finding in report.findings.values())
            self.stdout.write(f"{found} found, {repaired} repaired.")


def _line(finding: Finding, *, dry_run: bool) -> str:
    damage = finding.damage
    where = f"[{damage.instance.alias}] " if damage.instance else ""
    became = "Repaired." if finding.is_repaired else f"Not repaired: {finding.why_not}"
    return f"{where}{damage.sentence}{'' if dry_run else f' {became}'} ({finding.check.code})"


def _code(report: Report) -> int:
    if not report.is_whole:
        return DAMAGED
    return REPAIRED if report.findings else WHOLE


def _as_json(report: Report) -> dict[str, Any]:
    status = {WHOLE: "whole", DAMAGED: "damaged", REPAIRED: "repaired"}
    return {
        "status": status[_code(report)],
        "findings": [
            {
                "check": finding.check.code,
                "cause": finding.damage.cause,
                "instance": finding.damage.instance and finding.damage.instance.alias,
                "sentence": finding.damage.sentence,
                "repaired": finding.is_repaired,
                "why_not": finding.why_not or None,
            }
            for finding in report.findings.values()
        ],
        "broken_checks": report.broken_checks,
    }
