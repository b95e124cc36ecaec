from apps.agents.models.agent import Agent, AgentStatusChange
from apps.agents.models.panel import Panel, ProcessLease
from apps.agents.models.status import AgentStatus
from apps.agents.models.upload import UserUpload

__all__ = ["Agent", "AgentStatus", "AgentStatusChange", "Panel", "ProcessLease", "UserUpload"]
