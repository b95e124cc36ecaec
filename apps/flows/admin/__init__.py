from apps.flows.admin.flows import ContactFlowAdmin, FlowVersionAdmin
from apps.flows.admin.prompts import PromptAdmin

__all__ = ["ContactFlowAdmin", "FlowVersionAdmin", "PromptAdmin"]
