"""How web, control and media speak in the many-process shape (architecture, decision 9).

| where | what |
|---|---|
| `media.<slot>` | desired states, requests to negotiate |
| `media.all` | `control_alive`, after each sweep that reached the database |
| `control.nodes` | heartbeats of the nodes, twice a second |
| `reply.<process>` | answers: SDP, refusals, acknowledgements of events |
| Redis list `connect:media.events` | events of the nodes, for any control process |
"""

ALL_NODES = "media.all"
HEARTBEATS = "control.nodes"
ECHO = "control.echo"
EVENTS_LIST = "connect:media.events"


def node_topic(slot: str) -> str:
    return f"media.{slot}"


def reply_topic(process: str) -> str:
    return f"reply.{process}"
