"""The panel's line: a whole snapshot after each change; commands and audio offers come back."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from apps.agents.selectors import snapshot_sequences
from apps.agents.services.panels import PanelFacts
from apps.ccp.reading import error_of, params_of, uuid_of
from apps.ccp.sessions import NoAccess, NotSignedIn, PanelSession, open_session
from apps.ccp.silence import Silence
from apps.ccp.snapshot import for_tab, knows_tab, was_copied
from apps.core import clock, pool
from apps.core.close_codes import (
    LOGGED_OUT,
    NO_PERMISSION,
    NOT_SIGNED_IN,
    SESSION_ENDED,
    SILENT,
    TRY_AGAIN,
    UNKNOWN_INSTANCE,
)
from apps.core.consumers import Json, JsonConsumer, problem, said_at
from apps.core.errors import DomainError, InvalidInput, NotFound, Unavailable
from apps.core.process import PROCESS
from apps.core.watch import Member, Watch
from apps.media.errors import MediaError
from apps.users.models import SignIn
from apps.users.sessions import keep_alive
from apps.voice import node
from apps.voice.errors import BadOffer, StaleLeg

SILENT_SECONDS = 12.0  # and a farewell: not routable ≤ 15 s after (SR-071)
LEAVE_AGAIN_SECONDS = 1.0
GIVEN_UP = -1  # older than any picture
KEPT_EVERY = timedelta(seconds=60)  # a page in use keeps its session alive this often (S-07)

_log = logging.getLogger(__name__)
_farewells: set[asyncio.Task[None]] = set()  # the loop itself keeps only a weak hold on a task


open_panels = Watch(snapshot_sequences)


class PanelConsumer(JsonConsumer):
    """`/ws/<alias>/ccp`; messages in docs/subsystems/panel.md."""

    async def opened(self) -> None:
        self.session: PanelSession | None = None
        self.key: UUID | None = None
        self._socket = uuid4()
        self._is_written_down = False
        self._is_busy = False  # with a message: what comes meanwhile waits
        self._had_audio = False
        self._shown = 0
        self._kept_at = clock.now()
        self._silence = Silence(ask=self._ask, give_up=self._give_up)
        self._facts: PanelFacts | None = None
        self._leave_watch: Callable[[], None] | None = None
        try:
            self.session = await pool.run(
                open_session,
                alias=self.scope["url_route"]["kwargs"]["alias"],
                user_id=self.scope["user"].pk,
            )
        except NotFound:
            await self.close(code=UNKNOWN_INSTANCE)
        except NotSignedIn:
            await self.close(code=NOT_SIGNED_IN)
        except Unavailable:
            await self.close(code=TRY_AGAIN)
        except DomainError:
            await self.close(code=NO_PERMISSION)
        else:
            self._silence.broken(seconds=SILENT_SECONDS)
            member = Member(
                self.session.agent_id, shown=lambda: self._shown or None, catch_up=self._catch_up
            )
            self._leave_watch = open_panels.join(member)
            self.listen(f"agent.{self.session.agent_id}", f"user.{self.session.user_id}")

    async def closed(self) -> None:
        self._silence.end()
        if self._leave_watch is not None:
            self._leave_watch()
        if self.session is not None and self.key is not None:
            farewell = asyncio.get_running_loop().create_task(self._leave(self.session))
            _farewells.add(farewell)
            farewell.add_done_callback(_farewells.discard)
            await asyncio.shield(farewell)

    async def _leave(self, session: PanelSession) -> None:
        """Written down even if the database is away for a while: nobody rings a page that is gone.

        Outlives the socket, whose task is not waited for that long.
        """
        while True:
            try:
                await pool.run(session.leave, self._socket)
            except Unavailable:
                await asyncio.sleep(LEAVE_AGAIN_SECONDS)
            except Exception:  # told here: the socket's task may be gone before it
                _log.exception("A panel that is gone could not be written down as gone")
                return
            else:
                return

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        self._silence.broken(seconds=SILENT_SECONDS)
        self._is_busy = True
        try:
            code = await self._reason_to_close()
            if code is None:
                await super().receive(text_data, bytes_data)
            else:
                await self.close(code=code)
        finally:
            self._is_busy = False

    async def received(self, message: Json) -> None:
        handler = {
            "hello": self._hello,
            "command": self._command,
            "media.offer": self._media_offer,
            "snapshot.get": self._snapshot,
        }.get(str(message.get("type")))
        if handler is None or self.session is None:
            return
        try:
            await handler(self.session, message)
        except NoAccess as error:
            await self._refuse(message, error)
            await self.close(code=NO_PERMISSION)
        except DomainError as error:
            await self._refuse(message, error)

    async def _refuse(self, message: Json, error: DomainError, **facts: object) -> None:
        refusal = {**problem(error), **facts}
        await self.reply({"type": "result", "id": message.get("id"), "ok": False, "error": refusal})

    async def announced(self, message: Json) -> None:
        if message["type"] == "session.ended":
            if message["session_key"] in (None, self._session_key):
                is_offline = message.get("how") == SignIn.End.OFFLINE
                await self.close(code=LOGGED_OUT if is_offline else SESSION_ENDED)
        elif message["type"] == "rights.changed":
            await self._look_again()
        elif self._is_written_down:  # what was said before knows the tab's former socket, or none
            await self._show_newer(message)

    async def resynced(self) -> None:
        """Snapshots, the end of the session or of a right may have been missed."""
        self._kept_at -= KEPT_EVERY
        open_panels.look_soon()

    async def _catch_up(self, sequence: int) -> None:
        del sequence
        if self.session is None or self._facts is None:
            return
        try:
            message = await pool.run(self._write_down, self.session.come_back, self._facts)
        except NoAccess:
            await self.close(code=NO_PERMISSION)
        else:
            await self._show_newer(message)

    def _write_down(self, write: Callable[[PanelFacts], Json], facts: PanelFacts) -> Json:
        """In a thread, which nobody can cancel: the farewell may have overtaken it."""
        message = write(facts)
        if not self._is_open and self.session is not None:
            self.session.leave(facts.socket)
        return message

    async def _hello(self, session: PanelSession, message: Json) -> None:
        self.key = uuid_of(message.get("panel"))
        softphone = message.get("softphone")
        softphone = softphone if isinstance(softphone, dict) else {}
        self._facts = PanelFacts(
            key=self.key,
            socket=self._socket,
            process=PROCESS,
            session_key=self._session_key or "",
            is_ready=softphone.get("ready") is True,
            error=error_of(softphone.get("error")),
        )
        snapshot = await pool.run(self._write_down, session.say_hello, self._facts)
        self._is_written_down = True
        await self._show_newer(snapshot)
        open_panels.look_soon()  # something may have been announced meanwhile

    async def _command(self, session: PanelSession, message: Json) -> None:
        own = {"panel": str(self.key), "said_at": said_at(message)}
        params: dict[str, Any] = {**params_of(message), **own}
        await pool.run(session.command, str(message.get("name")), params)
        await self.reply({"type": "result", "id": message.get("id"), "ok": True})

    async def _media_offer(self, session: PanelSession, message: Json) -> None:
        generation = message.get("generation")
        if not isinstance(generation, int):
            raise InvalidInput
        try:
            connection = uuid_of(message.get("connection"))
            address = await pool.run(session.leg, connection, generation, socket=self._socket)
        except StaleLeg as error:
            stale = {**problem(error), "generation": error.generation}
            await self.reply(
                {"type": "result", "id": message.get("id"), "ok": False, "error": stale}
            )
            return
        try:
            sdp = await node.negotiate(
                call=address.call,
                leg=address.leg,
                offer=str(message.get("sdp", "")),
                slot=address.slot,
            )
        except MediaError as error:
            raise BadOffer(reason=error.code) from error
        await self.reply({"type": "media.answer", "id": message.get("id"), "sdp": sdp})

    async def _snapshot(self, session: PanelSession, message: Json) -> None:
        del message
        if self._is_written_down:  # else the answer to the hello is on its way
            await self._show(await pool.run(session.snapshot))

    async def _show_newer(self, message: Json) -> None:
        """An announcement and the answer to a hello may overtake each other."""
        if message["seq"] > self._shown:
            await self._show(message)

    def _was_given_up(self) -> None:
        """This process stood still too long (R-20): the watch has the tab written down again."""
        self._shown = GIVEN_UP
        open_panels.look_soon()

    async def _show(self, message: Json) -> None:
        key, socket = str(self.key), str(self._socket)
        if not knows_tab(message, key=key):
            self._was_given_up()
            return
        self._shown = message["seq"]
        if was_copied(message, key=key, socket=socket):
            await self.reply({"type": "copied", "panel": key})
        shown = for_tab(message, key=key, socket=socket)
        has_audio = shown["panel"]["hasAudio"]
        if self._had_audio and not has_audio:
            await self.reply({"type": "taken"})
        self._had_audio = has_audio
        await self.reply(shown)

    async def _look_again(self) -> None:
        """The user's rights have changed; without that to the panel no call reaches the agent."""
        if self.session is None:
            return
        try:
            await pool.run(self.session.require_access)
        except NoAccess:
            await self.close(code=NO_PERMISSION)
        except Unavailable:
            self._kept_at -= KEPT_EVERY  # the next message will tell

    async def _reason_to_close(self) -> int | None:
        """Each message is use of the session, noted once a minute; then the right is looked at too.

        While nobody can tell, the page stays: what it asks for needs the database too.
        """
        now, key = clock.now(), self._session_key
        if key is None or self.session is None or now - self._kept_at < KEPT_EVERY:
            return None
        try:
            if not await pool.run(keep_alive, key):
                return SESSION_ENDED
            await pool.run(self.session.require_access)
        except Unavailable:
            return None
        except NoAccess:
            return NO_PERMISSION
        self._kept_at = now
        return None

    @property
    def _session_key(self) -> str | None:
        session = self.scope.get("session")
        return session.session_key if session is not None else None

    async def _ask(self) -> None:
        await self.reply({"type": "ping"})

    async def _give_up(self) -> None:
        """With the socket goes the agent's place in routing, at once: the dead answer no close."""
        if self._is_busy:  # it may have spoken: we do not listen
            self._silence.broken(seconds=SILENT_SECONDS)
            return
        try:
            await self.close(code=SILENT)
        finally:
            await self._finish()
