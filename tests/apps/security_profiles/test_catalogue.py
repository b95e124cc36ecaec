"""The catalogue of permissions and the default profiles, as data."""

import pytest

from apps.security_profiles.domain.catalogue import (
    ALL_NAMES,
    BY_NAME,
    CATALOGUE,
    codename_of,
    expand,
    name_of,
)
from apps.security_profiles.domain.defaults import (
    ADMIN,
    AGENT,
    CALL_CENTER_MANAGER,
    DEFAULT_PROFILES,
    QUALITY_ANALYST,
)

pytestmark = pytest.mark.domain


def test_every_permission_has_a_name_of_its_own() -> None:
    assert len(BY_NAME) == len(CATALOGUE)
    assert len({permission.codename for permission in CATALOGUE}) == len(CATALOGUE)


def test_codenames_have_no_dots_and_lead_back_decision_11() -> None:
    for name in ALL_NAMES:
        assert "." not in codename_of(name)
        assert name_of(codename_of(name)) == name


def test_whatever_is_implied_exists() -> None:
    for permission in CATALOGUE:
        assert ALL_NAMES.issuperset(permission.implies)


@pytest.mark.parametrize("permission", CATALOGUE, ids=lambda permission: permission.name)
def test_changing_a_resource_includes_viewing_it(permission: object) -> None:
    name = permission.name  # type: ignore[attr-defined]
    view = f"{name.split('.')[0]}.View"

    if "." in name and view in ALL_NAMES:
        assert view in expand({name})


def test_access_to_metrics_includes_its_three_parts() -> None:
    assert expand({"AccessMetrics"}) == {
        "AccessMetrics",
        "RealTimeMetrics.Access",
        "HistoricalMetrics.Access",
        "AgentActivityAudit.Access",
    }


def test_implications_are_followed_to_the_end() -> None:
    assert {"MetricsReports.Publish", "MetricsReports.View", "ReportSchedules.View"} <= expand(
        {"MetricsReports.Schedule"}
    )


def test_routing_profiles_cannot_be_deleted() -> None:
    assert "RoutingPolicies.Edit" in ALL_NAMES
    assert "RoutingPolicies.Delete" not in ALL_NAMES


def test_a_new_instance_has_four_profiles() -> None:
    names = [profile.name for profile in DEFAULT_PROFILES]

    assert names == ["Admin", "Agent", "CallCenterManager", "QualityAnalyst"]


def test_admin_holds_everything() -> None:
    assert ADMIN.permissions == ALL_NAMES


def test_agent_opens_the_panel_and_places_calls_and_nothing_else() -> None:
    assert AGENT.permissions == {
        "BasicAgentAccess",
        "OutboundCallAccess",
        "TransferDestinations.View",
    }


def test_manager_may_listen_in_sr_123() -> None:
    assert "ManagerListenIn" in CALL_CENTER_MANAGER.permissions


def test_manager_has_no_panel_sr_124() -> None:
    assert "BasicAgentAccess" not in CALL_CENTER_MANAGER.permissions


@pytest.mark.parametrize(
    "name",
    [
        "AgentTimeCard.View", "SecurityProfiles.Edit", "Users.EditPermission",
        "DeleteCallRecordings", "PhoneNumbers.Claim",
    ],
)  # fmt: skip
def test_manager_lacks_what_leads_to_more_power_s_04(name: str) -> None:
    assert name in ALL_NAMES
    assert name not in CALL_CENTER_MANAGER.permissions


def test_analyst_reads_metrics_only() -> None:
    assert {"AccessMetrics", "RealTimeMetrics.Access"} <= QUALITY_ANALYST.permissions
    assert not {
        name
        for name in QUALITY_ANALYST.permissions
        if name.startswith(("Users.", "Queues.", "RoutingPolicies.", "BasicAgent", "ManagerListen"))
    }


@pytest.mark.parametrize("profile", DEFAULT_PROFILES, ids=lambda profile: profile.name)
def test_default_profiles_carry_what_they_imply(profile: object) -> None:
    permissions = profile.permissions  # type: ignore[attr-defined]

    assert expand(permissions) == permissions
