"""One call alive in this process: its legs and players, converging to what control desires."""

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from apps.media.desired import CallDesired, PlayerDesired
from apps.media.events import (
    Applied,
    Event,
    LegConnected,
    LegDigit,
    LegLost,
    PlayerEnded,
    PlayerFailed,
)
from apps.media.leg import Leg
from apps.media.outgoing import OutgoingStream
from apps.media.players import Library, Player, Ticker
from apps.media.recorder import Recorder
from apps.media.routing import Route, routing_table

Publish = Callable[[Event], None]
NewRecorder = Callable[[Callable[..., None], Callable[[], None]], Recorder]


class Call:
    """Legs, players and routes of one call.

    `close_leg` ends a leg's path in the background. Every change of what is there or wanted ends
    in `_route`, which works out the whole table anew, so the order of changes does not matter.
    """

    def __init__(
        self,
        call: str,
        *,
        library: Library,
        ticker: Ticker,
        publish: Publish,
        close_leg: Callable[[Leg], None],
        new_recorder: NewRecorder,
        numbered: int = 0,
    ) -> None:
        self.call = call
        self.desired: CallDesired | None = None
        self.synced_at = 0.0
        self.wanted_at = 0.0  # when control last asked for it, or a leg was there
        self.sequence = numbered  # of what was told last
        self.legs: dict[str, Leg] = {}
        self._players: dict[str, Player] = {}
        self._carried: dict[Route, str] = {}
        self._library = library
        self._ticker = ticker
        self._publish = publish
        self._close_leg = close_leg
        self._recorder = new_recorder(self._tell, self._route)
        self._had_two = False  # legs, up at once
        self._given_up = False
        self._is_hushed = False  # nothing more is told
        self._untold: deque[tuple[type[Event], datetime, dict[str, Any]]] = deque()

    @property
    def ended(self) -> bool:
        return self._given_up or (self.desired is not None and self.desired.ended)

    def sync(self, desired: CallDesired, now: float) -> None:
        """Converge to a desired state, unless a newer one is known already."""
        self.synced_at = self.wanted_at = now
        known = self.desired
        if known is not None and desired.order < known.order:
            return
        if known is None or desired.order > known.order:
            self._given_up = False
            self._is_hushed = _is_fence(known, desired)
        if known is not None and desired.epoch > known.epoch:
            self._start_over()
        self.desired = desired
        if not self._given_up:
            self._converge(desired)
        self._tell(Applied, version=desired.version)

    def give_up(self) -> None:
        """End the call without having been asked to; a newer desired state may begin it again."""
        self._given_up = True
        for leg in tuple(self.legs.values()):
            self.remove(leg, cause="control_silent")
        self._let_go()

    def is_left_alone(self) -> bool:
        """Whether too few are there for a call: of two that talked not both, or nobody at all."""
        if self.desired is None or self.ended:
            return False
        up = sum(leg.life is not None for leg in self.legs.values())
        return not self.legs or (self._had_two and up < 2)

    def add(self, leg: Leg) -> None:
        """Take a leg whose offer was answered; an older attempt of the same leg gives way."""
        old = self.legs.get(leg.leg)
        if old is not None:
            self._forget(old)
        self.legs[leg.leg] = leg
        self._claim()
        self._route()

    def remove(self, leg: Leg, *, cause: str) -> None:
        """Give up a leg that is gone by itself and say so, once."""
        if self.legs.get(leg.leg) is leg:
            self._forget(leg)
            self._route()
            self._tell(LegLost, leg=leg.leg, cause=cause)

    def close(self) -> None:
        """Let go of everything without a word; what was recorded is written."""
        self._is_hushed = True
        for leg in tuple(self.legs.values()):
            self._forget(leg)
        self._let_go()

    # What legs tell (leg.Listener)

    def leg_up(self, leg: Leg) -> None:
        if self.legs.get(leg.leg) is leg:
            self._had_two |= sum(one.life is not None for one in self.legs.values()) > 1
            self._tell(LegConnected, leg=leg.leg)

    def leg_lost(self, leg: Leg, cause: str) -> None:
        self.remove(leg, cause=cause)

    def leg_digit(self, leg: Leg, digit: str) -> None:
        self._tell(LegDigit, leg=leg.leg, digit=digit)

    # Converging

    def _converge(self, desired: CallDesired) -> None:
        self._drop_legs(desired)
        self._change_players(desired)
        self._recorder.sync(() if desired.ended else desired.recordings)
        self._route()

    def _start_over(self) -> None:
        """What was told of the epoch before may not have been heard: play and try it all again."""
        self._stop_players()
        self._recorder.try_again()

    def _let_go(self) -> None:
        self._stop_players()
        self._recorder.sync(())

    def _drop_legs(self, desired: CallDesired) -> None:
        """Close what is not wanted; a leg whose offer came early keeps waiting to be named."""
        self._claim()
        wanted = set() if desired.ended else {leg.leg for leg in desired.legs}
        for leg in tuple(self.legs.values()):
            if leg.leg not in wanted and (leg.claimed or desired.ended):
                self._forget(leg)

    def _claim(self) -> None:
        for wanted in self.desired.legs if self.desired is not None else ():
            leg = self.legs.get(wanted.leg)
            if leg is not None:
                leg.claimed = True

    def _change_players(self, desired: CallDesired) -> None:
        wanted = {} if desired.ended else {player.player: player for player in desired.players}
        for name, player in tuple(self._players.items()):
            if wanted.get(name) != player.desired:
                self._stop_player(name)
        for name, player_desired in wanted.items():
            if name not in self._players:
                self._players[name] = self._new_player(player_desired)

    def _new_player(self, desired: PlayerDesired) -> Player:
        name = desired.player
        player = Player(
            desired,
            self._library,
            on_end=lambda: self._tell(PlayerEnded, player=name),
            on_failure=lambda item: self._tell(PlayerFailed, player=name, item=item),
        )
        self._ticker.add(player)
        return player

    def _stop_players(self) -> None:
        for player in tuple(self._players):
            self._stop_player(player)

    def _stop_player(self, name: str) -> None:
        player = self._players.pop(name)
        player.routes = ()
        self._ticker.discard(player)

    def _forget(self, leg: Leg) -> None:
        del self.legs[leg.leg]
        leg.routes = leg.tapes = ()
        self._carried = {r: source for r, source in self._carried.items() if r.leg != leg.leg}
        self._close_leg(leg)

    def _route(self) -> None:
        """Point every source at the streams that carry it and the journals that keep it."""
        slots = {name: len(leg.streams) for name, leg in self.legs.items()}
        table = routing_table(self.desired, slots) if self.desired is not None else {}
        carried = {route: source for source, routes in table.items() for route in routes}
        for route in self._carried.keys() | carried.keys():
            if self._carried.get(route) != carried.get(route):
                self._stream(route).release()
        self._carried = carried
        sources: dict[str, Leg | Player] = {**self._players, **self.legs}
        for name, source in sources.items():
            source.routes = tuple(self._stream(route) for route in table.get(name, ()))
        tapes = self._recorder.tapes()
        for name, leg in self.legs.items():
            leg.tapes = tapes.get(name, ()) if leg.claimed else ()

    def _stream(self, route: Route) -> OutgoingStream:
        return self.legs[route.leg].streams[route.slot]

    # Telling

    def _tell(self, kind: type[Event], **fields: Any) -> None:
        """Say what happened just now; it waits for the first desired state to say its epoch."""
        if self._is_hushed:
            return
        self._untold.append((kind, datetime.fromtimestamp(time.time(), UTC), fields))
        self._say_all()

    def _say_all(self) -> None:
        while self._untold and self.desired is not None:
            kind, at, fields = self._untold.popleft()
            self.sequence += 1
            event = kind(
                call=self.call,
                epoch=self.desired.epoch,
                sequence=self.sequence,
                occurred_at=at,
                **fields,
            )
            self._publish(event)


def _is_fence(known: CallDesired | None, desired: CallDesired) -> bool:
    """Whether the call lives elsewhere by now: it ends here in an epoch that was never begun here.

    What is told of a call counts for its epoch, and that one belongs to the other node.
    """
    return known is not None and desired.ended and desired.epoch > known.epoch
