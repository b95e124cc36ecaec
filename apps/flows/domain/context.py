"""What an action sees while it runs: the world, and what the same step has changed so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from apps.flows.domain import paths
from apps.flows.domain.document import Action
from apps.flows.domain.effects import Effect, SetAttributes, SetTargetQueue, SetVoice
from apps.flows.domain.state import State
from apps.flows.domain.world import World

DEFAULT_LANGUAGE: Final = "en-US"
DEFAULT_VOICE: Final = "Joanna"


@dataclass
class Overlay:
    """Effects of this step that are not yet in the world, because nothing is committed."""

    attributes: dict[str, str] = field(default_factory=dict)
    queue: str | None = None
    voice: str | None = None

    def note(self, effect: Effect) -> None:
        """Make an effect visible to the actions that follow."""
        if isinstance(effect, SetAttributes):
            self.attributes.update(effect.attributes)
        elif isinstance(effect, SetTargetQueue):
            self.queue = effect.queue
        elif isinstance(effect, SetVoice):
            self.voice = effect.voice


@dataclass(frozen=True)
class Context:
    """The facts for one action."""

    world: World
    state: State
    action: Action
    overlay: Overlay

    @property
    def target_queue(self) -> str | None:
        """The id of the working queue."""
        return self.overlay.queue or self.world.target_queue

    @property
    def voice(self) -> str:
        """The voice that speaks now."""
        return paths.as_text(self.lookup("$.TextToSpeechVoiceId")) or DEFAULT_VOICE

    @property
    def language(self) -> str:
        """The contact's language tag."""
        return paths.as_text(self.lookup("$.LanguageCode")) or DEFAULT_LANGUAGE

    @property
    def attributes(self) -> Mapping[str, Any]:
        """The contact's own."""
        return {**self.world.values.get("Attributes", {}), **self.overlay.attributes}

    @property
    def loop_key(self) -> str:
        """The name of this action's counter: the flow and the identifier, not the version."""
        flow = self.world.version(self.state["frames"][-1]["version"]).flow
        return f"{flow}/{self.action.identifier}"

    def lookup(self, path: str) -> Any:
        """The value of a reference, None when missing."""
        return paths.resolve(path, self._roots())

    def _roots(self) -> Mapping[str, Any]:
        values = self.world.values
        return {**values, **self._run_values(), **self._changed(), "Attributes": self.attributes}

    def _run_values(self) -> Mapping[str, Any]:
        return {
            "StoredCustomerInput": self.state["stored_input"],
            "External": self.state["external"],
            "FlowAttributes": self.state["frames"][-1]["flow_attributes"],
        }

    def _changed(self) -> Mapping[str, Any]:
        changed: dict[str, Any] = {}
        if self.overlay.voice:
            changed["TextToSpeechVoiceId"] = self.overlay.voice
        if self.overlay.queue and (queue := self.world.queue(self.overlay.queue)):
            changed["Queue"] = {"Name": queue.name, "ARN": queue.arn}
        return changed
