"""Types of the public language that are kept as written but not carried out here.

At run time they take their error branch, and the flow log says why.
"""

from typing import Final

from apps.flows.domain.actions.base import FlowAction, action
from apps.flows.domain.context import Context
from apps.flows.domain.outcomes import Fail, Outcome
from apps.flows.domain.params import Values
from apps.flows.domain.types import EVERY, NO_MATCH

UNSUPPORTED: Final = (
    "AssociateContactToCustomerProfile",
    "AuthenticateParticipant",
    "CheckOutboundCallStatus",
    "CheckVoiceId",
    "CompleteOutboundCall",
    "ConnectParticipantWithAgenticCX",
    "ConnectParticipantWithLexBot",
    "CreateCallbackContact",
    "CreateCase",
    "CreateCustomerProfile",
    "CreatePersistentContactAssociation",
    "CreateTask",
    "CreateWisdomSession",
    "DequeueContactAndTransferToQueue",
    "EvaluateDataTableValues",
    "GetCalculatedAttributesForCustomerProfile",
    "GetCase",
    "GetCustomerProfile",
    "GetCustomerProfileObject",
    "GetMetricData",
    "InvokeFlowModule",
    "InvokeLambdaFunction",
    "ListDataTableValues",
    "LoadContactContent",
    "ResumeContact",
    "ShowView",
    "StartOutboundChatContact",
    "StartVoiceIdStream",
    "TagContact",
    "TransferParticipantToThirdParty",
    "UntagContact",
    "UpdateCase",
    "UpdateContactCallbackNumber",
    "UpdateContactData",
    "UpdateContactMediaProcessing",
    "UpdateContactMediaStreamingBehavior",
    "UpdateContactRecordingAndAnalyticsBehavior",
    "UpdateContactRoutingCriteria",
    "UpdateCustomerProfile",
    "UpdateFlowAttributes",
    "UpdatePreviousContactParticipantState",
    "UpdateRoutingCriteria",
    "UpsertDataTableValues",
    "Wait",
)
UNSUPPORTED_TERMINAL: Final = ("EndFlowModuleExecution",)


class Unsupported(FlowAction):
    """Known, kept, not carried out."""

    supported = False
    next_optional = True

    def start(self, context: Context, values: Values) -> Outcome:
        return Fail(NO_MATCH, f"{self.type} is not supported here.")


for _name in (*UNSUPPORTED, *UNSUPPORTED_TERMINAL):
    _terminal = {"terminal": _name in UNSUPPORTED_TERMINAL}
    action(_name, block=_name, flow_types=EVERY)(type(_name, (Unsupported,), _terminal))
