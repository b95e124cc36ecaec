from apps.agents.models.agent import Agent, AgentStatusChange
from apps.agents.models.panel import Panel, ProcessLease
from apps.agents.models.status import AgentStatus

__all__ = ["Agent", "AgentStatus", "AgentStatusChange", "Panel", "ProcessLease"]
