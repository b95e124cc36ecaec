"""What other rooms ask of contacts, and what the end of each kind of flow run means.

The one place where runs, queues and offers meet.
"""

from datetime import datetime

from apps.agents import engagement
from apps.contacts.domain.states import RunKind
from apps.contacts.models import FlowRun
from apps.contacts.services import availability, ending, flow_effects, flow_runs, joining, queueing
from apps.contacts.services.rows import call_work
from apps.core import clock
from apps.flows.domain.outcomes import QUEUED
from apps.flows.models import Asset
from apps.flows.services import assets
from apps.instances.scope import instance_scope


def wire() -> None:
    """Called once when the app is ready."""
    engagement.register(is_engaged=availability.is_engaged, is_awaited=queueing.is_awaited)
    flow_effects.register_hang_up(ending.flow_hung_up)
    flow_runs.register_end(RunKind.INBOUND, _inbound_ended)
    flow_runs.register_end(RunKind.CUSTOMER_QUEUE, _waiting_flow_ended)
    flow_runs.register_end(RunKind.CUSTOMER_HOLD, _waiting_flow_ended)
    flow_runs.register_end(RunKind.AGENT_HOLD, _waiting_flow_ended)
    flow_runs.register_end(RunKind.AGENT_WHISPER, _whisper_ended)
    flow_runs.register_end(RunKind.CUSTOMER_WHISPER, _whisper_ended)
    assets.on_settled(_asset_settled)


def _inbound_ended(run: FlowRun, how: str, now: datetime) -> None:
    """Queued: the queue flow begins. Anything else has already disconnected the customer."""
    if how == QUEUED:
        flow_runs.start_hook(run.connection, kind=RunKind.CUSTOMER_QUEUE, now=now)
    else:
        ending.close_if_over(run.contact.call, now=now)


def _waiting_flow_ended(run: FlowRun, how: str, now: datetime) -> None:
    """The contact goes on waiting, in silence or music, unless the flow has disconnected it."""
    del how
    ending.close_if_over(run.contact.call, now=now)


def _whisper_ended(run: FlowRun, how: str, now: datetime) -> None:
    del how
    joining.whisper_ended(run, now=now)


def _asset_settled(asset: Asset) -> None:
    for waiting in flow_runs.runs_waiting_for(asset):
        with instance_scope(asset.instance), call_work(waiting.contact.call_id):
            run = flow_runs.running_run(waiting.connection)
            if run is not None and run.waiting_asset_id == asset.pk:
                flow_runs.asset_settled(run, now=clock.now())
