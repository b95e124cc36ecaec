"""Every page of an instance that the navigation leads to, in the guide's words and order."""

from django.utils.translation import gettext_lazy as _

from apps.instances.navigation import Place, Section

SECTIONS = (
    Section(
        _("Routing"),
        (
            Place(
                _("Queues"),
                "admin/routing/queue/",
                ("Queues.View",),
                "groups",
                _("Where contacts wait, and what they need to be served."),
            ),
            Place(
                _("Routing profiles"),
                "admin/routing/routingprofile/",
                ("RoutingPolicies.View",),
                "alt_route",
                _("Which queues agents serve, and which comes first."),
            ),
            Place(
                _("Quick connects"),
                "admin/routing/quickconnect/",
                # agents hold View for the panel, and have no business here (SR-022)
                tuple(f"TransferDestinations.{right}" for right in ("Create", "Edit", "Delete")),
                "phone_forwarded",
                _("Agents, queues and numbers to transfer calls to."),
            ),
            Place(
                _("Hours of operation"),
                "admin/routing/hoursofoperation/",
                ("HoursOfOperation.View",),
                "calendar_month",
                _("When queues are open, in which time zone."),
            ),
            Place(
                _("Contact flows"),
                "admin/flows/contactflow/",
                ("ContactFlows.View",),
                "account_tree",
                _("What callers go through, and what uses each flow."),
            ),
            Place(
                _("Prompts"),
                "admin/flows/prompt/",
                ("Prompts.View",),
                "graphic_eq",
                _("Sounds for flows: upload them, listen to them."),
            ),
            Place(
                _("Phone numbers"),
                "admin/numbers/phonenumber/",
                ("PhoneNumbers.View",),
                "dialpad",
                _("Claim numbers, and say which flow answers them."),
            ),
        ),
    ),
    Section(
        _("Users"),
        (
            Place(
                _("Users"),
                "admin/users/user/",
                ("Users.View",),
                "group",
                _("Who can sign in, what they may do, and how they are reached."),
            ),
            Place(
                _("Upload users"),
                "admin/agents/userupload/",
                ("Users.Create",),
                "upload_file",
                _("Many people at once, from a CSV file."),
            ),
            Place(
                _("Security profiles"),
                "admin/security_profiles/securityprofile/",
                ("SecurityProfiles.View",),
                "shield_person",
                _("What people may do."),
            ),
            Place(
                _("Hierarchy"),
                "admin/users/hierarchygroup/",
                ("AgentGrouping.View",),
                "account_tree",
                _("Groups that people are sorted and filtered by."),
            ),
            Place(
                _("Hierarchy levels"),
                "admin/users/hierarchylevel/",
                ("AgentGrouping.View",),
                "stacks",
                _("What the depths of the hierarchy are called."),
            ),
            Place(
                _("Agent statuses"),
                "admin/agents/agentstatus/",
                ("AgentStates.View",),
                "schedule",
                _("What agents may choose besides Available and Offline."),
            ),
        ),
    ),
    Section(
        _("Metrics and quality"),
        (
            Place(
                _("Contact search"),
                "contacts",
                ("ContactSearch.View",),
                "search",
                _("Every conversation, with its history and recording."),
            ),
        ),
    ),
    Section(
        _("Historical changes"),
        (
            Place(
                _("Historical changes"),
                "changes",
                ("HistoricalChanges.View",),
                "history",
                _("Who changed what, when, and from where."),
            ),
        ),
    ),
    Section(
        _("System"),
        (
            Place(
                _("Instance"),
                "admin/instances/instance/",
                ("SecurityProfiles.View",),
                "domain",
                _("Login URL, settings, approved origins and quotas."),
            ),
        ),
    ),
)


def sections() -> tuple[Section, ...]:
    return SECTIONS
