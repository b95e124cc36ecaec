"""The caller's line to one call: begun by an offer, or resumed after a reload or a break."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

from apps.contacts.selectors import caller_states
from apps.core import clock, pool
from apps.core.clock import iso
from apps.core.close_codes import REFUSED, TRY_AGAIN, UNKNOWN_INSTANCE
from apps.core.consumers import Json, JsonConsumer, problem, said_at
from apps.core.errors import DomainError, InvalidInput, Unavailable
from apps.core.watch import Member, Watch
from apps.instances.models import Instance
from apps.instances.selectors import active_instance
from apps.media.errors import MediaError
from apps.voice import node
from apps.voice.errors import BadOffer, CallOver, StaleLeg
from apps.voice.services import callers
from apps.voice.services.signalling import LegAddress

open_callers = Watch(caller_states)


class CallConsumer(JsonConsumer):
    """`/ws/<alias>/call`; messages in docs/subsystems/calls.md."""

    async def opened(self) -> None:
        self.instance: Instance | None = None
        self.call: callers.CallersCall | None = None
        self._socket = uuid4()
        self._is_introduced = asyncio.Event()
        self._is_claiming = False
        self._said: Json = {}
        self._leave_watch: Callable[[], None] | None = None
        try:
            self.instance = await pool.run(
                active_instance, self.scope["url_route"]["kwargs"]["alias"]
            )
        except Unavailable:
            await self.close(code=TRY_AGAIN)
        except DomainError:
            await self.close(code=UNKNOWN_INSTANCE)

    async def received(self, message: Json) -> None:
        if self.instance is None:  # sent before the page could see that it was turned away
            return
        kind = str(message.get("type"))
        first = {"call": self._begin, "resume": self._resume}
        later = {"offer": self._offer, "hang_up": self._hang_up}
        try:
            if self.call is None and kind in first:
                await first[kind](self.instance, message)
            elif self.call is not None and kind in later:
                await later[kind](self.call, message)
        except DomainError as error:
            await self._answer(message, {"type": "problem", "about": kind, **problem(error)})

    async def closed(self) -> None:
        if self._leave_watch is not None:
            self._leave_watch()

    async def resynced(self) -> None:
        open_callers.look_soon()

    async def announced(self, message: Json) -> None:
        # `started` and `resumed` come first: what is announced is news to them
        await self._is_introduced.wait()
        if "claimed" in message:
            await self._claimed(message["claimed"])
        else:
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
            self.listen(f"customer.{self.call.connection}")
            answer = await self._negotiate_or_end(self.call, str(message.get("sdp", "")))
        except DomainError as error:
            await self._refuse(error)
            return
        facts = {"sdp": answer, "resume": self.call.resume_token}
        await self._introduce("started", message, call=self.call, facts=facts)

    async def _resume(self, instance: Instance, message: Json) -> None:
        token = str(message.get("token"))
        try:
            found = await pool.run(callers.resume_call, instance=instance, token=token)
            self.listen(f"customer.{found.connection}")
            # looked at again: what happened before we listened is nobody's news
            self.call = await pool.run(callers.resume_call, instance=instance, token=token)
        except CallOver as error:
            await self._refuse(error)
            return
        facts = {"state": self.call.state, "needs_media": self.call.needs_media}
        await self._introduce("resumed", message, call=self.call, facts=facts)

    async def _introduce(
        self, kind: str, message: Json, *, call: callers.CallersCall, facts: Json
    ) -> None:
        known = {
            "contact": str(call.contact),
            "generation": call.generation,
            "now": iso(clock.now()),
        }
        await self._answer(message, {"type": kind, **known, **facts})
        self._said = {"state": call.state, "cause": None, "generation": call.generation}
        self._is_introduced.set()
        member = Member(call.connection_id, lambda: self._said, catch_up=self.announced)
        self._leave_watch = open_callers.join(member)

    async def _answer(self, message: Json, answer: Json) -> None:
        """With the `id` of what is answered, if the page gave it one."""
        known = {"id": message["id"]} if "id" in message else {}
        await self.reply({**answer, **known})

    async def _offer(self, call: callers.CallersCall, message: Json) -> None:
        generation = message.get("generation")
        if not isinstance(generation, int):
            raise InvalidInput
        self._is_claiming = True
        try:
            address = await pool.run(call.leg, generation, self._socket)
        except StaleLeg as error:
            await self._answer(message, {"type": "stale", "generation": error.generation})
            return
        except DomainError:
            self._is_claiming = False
            raise
        sdp = await _negotiate(address, str(message.get("sdp", "")))
        await self._answer(message, {"type": "answer", "generation": generation, "sdp": sdp})

    async def _claimed(self, socket: str) -> None:
        """Another page of this call has offered its audio: this one has lost the call to it.

        What others claimed while this one's own claim was on its way came before it.
        """
        if socket == str(self._socket):
            self._is_claiming = False
        elif not self._is_claiming:
            await self.reply({"type": "taken"})
            await self.close(code=REFUSED)

    async def _hang_up(self, call: callers.CallersCall, message: Json) -> None:
        await pool.run(call.hang_up, said_at(message))
        await self._answer(message, {"type": "hung_up"})

    async def _negotiate_or_end(self, call: callers.CallersCall, offer: str) -> str:
        """The first answer; without one nobody will ever hear anything: the call ends at once."""
        try:
            return await _negotiate(call.address, offer)
        except DomainError:
            await pool.run(call.hang_up)
            raise

    async def _refuse(self, error: DomainError) -> None:
        await self.reply({"type": "refused", **problem(error)})
        await self.close(code=REFUSED)


async def _negotiate(address: LegAddress, offer: str) -> str:
    try:
        return await node.negotiate(
            call=address.call, leg=address.leg, offer=offer, slot=address.slot
        )
    except MediaError as error:
        raise BadOffer(reason=error.code) from error
