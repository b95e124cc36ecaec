"""The caller's line: one call, from the page's offer to its end."""

from apps.core import pool
from apps.core.consumers import Json, JsonConsumer, problem
from apps.core.errors import DomainError
from apps.instances.selectors import active_instance
from apps.media.errors import MediaError
from apps.voice import node
from apps.voice.errors import BadOffer
from apps.voice.services import callers

REFUSED = 4000
UNKNOWN_INSTANCE = 4404


class CallConsumer(JsonConsumer):
    """`/ws/<alias>/call`; messages in docs/subsystems/calls.md."""

    async def opened(self) -> None:
        self.call: callers.StartedCall | None = None
        try:
            self.instance = await pool.run(
                active_instance, self.scope["url_route"]["kwargs"]["alias"]
            )
        except DomainError:
            await self.close(code=UNKNOWN_INSTANCE)

    async def received(self, message: Json) -> None:
        kind = message.get("type")
        if kind == "call" and self.call is None:
            await self._begin(message)
        elif kind == "hang_up" and self.call is not None:
            await self._hang_up()

    async def announced(self, message: Json) -> None:
        await self.reply({"type": "state", **message})

    async def _begin(self, message: Json) -> None:
        try:
            self.call = await pool.run(
                callers.start_call,
                instance=self.instance,
                request=message,
                address=self.scope["client"][0],
            )
            self.listen(f"customer.{self.call.connection}")
            answer = await self._negotiate(str(message.get("sdp", "")))
        except DomainError as error:
            await self._refuse(error)
            return
        await self.reply({"type": "started", "contact": str(self.call.contact), "sdp": answer})

    async def _negotiate(self, offer: str) -> str:
        assert self.call is not None
        address = self.call.address
        try:
            return await node.negotiate(call=address.call, leg=address.leg, offer=offer)
        except MediaError as error:
            await self._hang_up()
            raise BadOffer(reason=error.code) from error

    async def _hang_up(self) -> None:
        assert self.call is not None
        await pool.run(
            callers.hang_up, instance=self.instance, connection_id=self.call.connection_id
        )

    async def _refuse(self, error: DomainError) -> None:
        await self.reply({"type": "refused", **problem(error)})
        await self.close(code=REFUSED)
