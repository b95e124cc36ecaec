"""The caller's line: one call, from the page's offer to its end."""

from collections.abc import Callable

from apps.contacts.selectors import caller_states
from apps.core import pool
from apps.core.consumers import Json, JsonConsumer, problem
from apps.core.errors import DomainError
from apps.core.watch import Member, Watch
from apps.instances.models import Instance
from apps.instances.selectors import active_instance
from apps.media.errors import MediaError
from apps.voice import node
from apps.voice.errors import BadOffer, MediaUnavailable
from apps.voice.services import callers

REFUSED = 4000
UNKNOWN_INSTANCE = 4404


open_callers = Watch(caller_states)


class CallConsumer(JsonConsumer):
    """`/ws/<alias>/call`; messages in docs/subsystems/calls.md."""

    async def opened(self) -> None:
        self.instance: Instance | None = None
        self.call: callers.StartedCall | None = None
        self._said: Json = {}
        self._leave_watch: Callable[[], None] | None = None
        try:
            self.instance = await pool.run(
                active_instance, self.scope["url_route"]["kwargs"]["alias"]
            )
        except DomainError:
            await self.close(code=UNKNOWN_INSTANCE)

    async def received(self, message: Json) -> None:
        kind = message.get("type")
        if self.instance is None:  # sent before the page could see that it was turned away
            return
        if kind == "call" and self.call is None:
            await self._begin(self.instance, message)
        elif kind == "hang_up" and self.call is not None:
            await self._hang_up(self.call)

    async def closed(self) -> None:
        if self._leave_watch is not None:
            self._leave_watch()

    async def resynced(self) -> None:
        open_callers.look_soon()

    async def announced(self, message: Json) -> None:
        self._said = message
        await self.reply({"type": "state", **message})

    async def _begin(self, instance: Instance, message: Json) -> None:
        try:
            self.call = await pool.run(
                callers.start_call,
                instance=instance,
                request=message,
                address=self.scope["client"][0],
            )
            answer = await self._negotiate(self.call, str(message.get("sdp", "")))
        except DomainError as error:
            await self._refuse(error)
            return
        # `started` comes before any `state`: the audio cannot be up before the page has the answer
        await self.reply({"type": "started", "contact": str(self.call.contact), "sdp": answer})
        self.listen(f"customer.{self.call.connection}")
        member = Member(self.call.connection_id, lambda: self._said, catch_up=self.announced)
        self._leave_watch = open_callers.join(member)

    async def _negotiate(self, call: callers.StartedCall, offer: str) -> str:
        """The answer; without one nobody will ever hear anything, so the call ends at once."""
        try:
            return await node.negotiate(
                call=call.address.call,
                leg=call.address.leg,
                offer=offer,
                slot=call.address.slot,
            )
        except MediaError as error:
            await self._hang_up(call)
            raise BadOffer(reason=error.code) from error
        except MediaUnavailable:
            await self._hang_up(call)
            raise

    async def _hang_up(self, call: callers.StartedCall) -> None:
        await pool.run(callers.hang_up, instance=call.instance, connection_id=call.connection_id)

    async def _refuse(self, error: DomainError) -> None:
        await self.reply({"type": "refused", **problem(error)})
        await self.close(code=REFUSED)
