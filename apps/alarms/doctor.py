"""Finding damaged rows and mending them, round by round: one repair may show the next damage."""

import logging
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from django.utils.translation import gettext as text

from apps.alarms.checks import Check, Damage, registered
from apps.alarms.services import close_alarm
from apps.instances.models import Instance
from apps.instances.scope import instance_scope, unscoped

ROUNDS = 3

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Finding:
    """One damage, and what became of it; `why_not` is empty where nothing was tried."""

    check: Check
    damage: Damage
    is_repaired: bool = False
    why_not: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.check.code, self.damage.cause


@dataclass
class Report:
    """All that was found, each damage once, and the checks that could not be carried out."""

    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)
    broken_checks: dict[str, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Nothing is damaged, or not any more."""
        repaired = all(finding.is_repaired for finding in self.findings.values())
        return repaired and not self.broken_checks


def examine(*, instance: Instance | None = None) -> Report:
    """Look at everything, change nothing; one instance only, if given."""
    report = Report()
    for check in registered():
        try:
            with _scope(instance):
                found = list(check.find())
        except Exception as error:  # the other checks are no worse for it
            _log.exception("A check failed", extra={"check": check.code})
            report.broken_checks[check.code] = str(error)
        else:
            findings = (Finding(check, damage) for damage in found)
            report.findings |= {finding.key: finding for finding in findings}
    return report


def treat(*, instance: Instance | None = None) -> Report:
    """Look, repair, and look again; each repair is a transaction of its own."""
    whole = Report()
    for _round in range(ROUNDS):
        found = examine(instance=instance)
        whole.broken_checks = found.broken_checks
        if not found.findings:
            break
        whole.findings |= {key: _repaired(finding) for key, finding in found.findings.items()}
    _judge(whole, examine(instance=instance))
    return whole


def _repaired(finding: Finding) -> Finding:
    check, damage = finding.check, finding.damage
    try:
        with _scope(damage.instance):
            check.repair(damage)
    except Exception as error:
        _log.warning("not repaired", exc_info=True, extra={"cause": damage.cause})
        return Finding(check, damage, why_not=str(error) or type(error).__name__)
    _log.info("repaired", extra={"check": check.code, "cause": damage.cause})
    close_alarm(check.code, damage.cause)
    return Finding(check, damage, is_repaired=True)


def _judge(report: Report, now: Report) -> None:
    """Whatever the repairs said: repaired is what is not found any more."""
    for key, finding in (report.findings | now.findings).items():
        known = report.findings.get(key, finding)
        still = key in now.findings
        reason = known.why_not or text("It is still found after the repair; run the doctor again.")
        report.findings[key] = Finding(
            finding.check, finding.damage, is_repaired=not still, why_not=reason if still else ""
        )


def _scope(instance: Instance | None) -> AbstractContextManager[None]:
    if instance is None:
        return unscoped("checks look at the rows of all instances")
    return instance_scope(instance)
