"""How far the lives of a run came: one that never saw a talk would prove little about talks."""

from collections import Counter

from apps.contacts.models import ContactEvent

OFTEN = (
    "enqueued",
    "offered",
    "accepted",
    "connected_to_agent",
    "hold",
    "ended",
    "cleared",
    "missed",
    "withdrawn",
    "abandoned",
    "media_lost",
    "overtaken",
    "died",
)
SELDOM = ("rejected", "agent_media_failed", "moved")


class Seen:
    """In how many lives each thing happened, and how many events there were."""

    def __init__(self) -> None:
        self.events = 0
        self.lives: Counter[str] = Counter()

    def life(self, others: set[str]) -> None:
        """A life is over; call it before its database is put back."""
        kinds = ContactEvent.objects.order_by().values_list("kind", flat=True).distinct()
        self.lives.update({"all", *kinds, *others})

    def missing(self, *groups: tuple[str, ...]) -> list[str]:
        return [kind for kinds in groups for kind in kinds if not self.lives[kind]]

    def __str__(self) -> str:
        lives = ", ".join(f"{kind} {self.lives[kind]}" for kind in (*OFTEN, *SELDOM))
        return f"{self.events} events in {self.lives['all']} lives, of which saw: {lives}"
