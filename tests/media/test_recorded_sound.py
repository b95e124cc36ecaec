"""What is recorded is the sound: two tones over the loopback, and a recorder that is killed."""

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import av
import numpy as np
import pytest

from apps.media.codec import Codec
from apps.media.desired import CallDesired, LegDesired, RecordingDesired, TrackDesired
from apps.media.engine import Engine, EngineSettings
from apps.media.events import Event, RecordingClosed
from apps.media.journal_reader import JournalPacket, JournalTrack, read
from tests.media.peers import RATE, TonePeer, until

pytestmark = pytest.mark.media

ROOT = Path(__file__).resolve().parents[2]
Peers = Callable[..., TonePeer]
TALK = (LegDesired("c.1", ("a.1",)), LegDesired("a.1", ("c.1",)))
BOTH = RecordingDesired("r", (TrackDesired("customer", ("c.1",)), TrackDesired("agent", ("a.1",))))


def tracks(folder: Path) -> dict[str, JournalTrack]:
    """The recording's tracks by side."""
    return {track.side: track for track in map(read, (folder / "r").glob("*.journal"))}


def hertz(packets: Sequence[JournalPacket]) -> float:
    """The strongest frequency of the last half second."""
    assert {packet.codec for packet in packets} == {Codec.OPUS}
    decoder = av.CodecContext.create("libopus", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    frames = [frame for packet in packets for frame in decoder.decode(av.Packet(packet.payload))]
    parts = [frame.to_ndarray().reshape(-1, len(frame.layout.channels))[:, 0] for frame in frames]
    sound = np.concatenate(parts)[-RATE // 2 :].astype(float)
    return float(np.argmax(np.abs(np.fft.rfft(sound * np.hanning(len(sound))))) * RATE / len(sound))


async def test_two_tones_lie_in_the_tracks_of_their_sides_r_04(
    engine: Engine, events: list[Event], peer: Peers, assets_settings: EngineSettings
) -> None:
    customer, agent = peer(440), peer(660)
    engine.sync(CallDesired("call", 1, 1, legs=TALK, recordings=(BOTH,)))
    await customer.join(engine, "call", "c.1")
    await agent.join(engine, "call", "a.1")
    await customer.hears(660)
    await agent.hears(440)
    folder = assets_settings.journals_dir
    await until(lambda: min((len(t.packets) for t in tracks(folder).values()), default=0) > 50)
    engine.sync(CallDesired("call", 1, 2, legs=TALK))
    await until(lambda: any(isinstance(event, RecordingClosed) for event in events))
    found = tracks(folder)
    assert {side: hertz(track.packets) for side, track in found.items()} == {
        "customer": pytest.approx(440, abs=3),
        "agent": pytest.approx(660, abs=3),
    }
    assert all(track.is_complete for track in found.values())
    for track in found.values():
        sequences = [packet.sequence for packet in track.packets]
        assert sequences == [(sequences[0] + n) & 0xFFFF for n in range(len(sequences))]


# Speaks fifty packets a pretended second and says so; each sweep's write is taken by the disk.
SPEAKER = """
import asyncio, sys
from pathlib import Path
from tests.media.stage import Stage
from tests.media.test_recorded_sound import BOTH, TALK

async def main():
    stage = Stage(Path(sys.argv[1]))
    stage.want(1, *TALK, recordings=(BOTH,))
    customer = await stage.join("c.1")
    for number in range(100_000):
        customer.speak(number & 0xFFFF, stage.now, payload=b"%d" % number)
        print(number, flush=True)
        stage.now += 0.02
        if number % 13 == 0:
            stage.engine.sweep()
            if stage.engine._desk._tasks:
                await asyncio.wait(stage.engine._desk._tasks)

asyncio.run(main())
"""


@pytest.mark.parametrize("spoken", [200, 217, 234])
async def test_a_killed_recorder_loses_a_second_at_most_r_09(tmp_path: Path, spoken: int) -> None:
    """kill -9 in the middle of a call: the file reads without repair and is known as cut short."""
    speaker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SPEAKER, str(tmp_path)), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert speaker.stdout is not None
    async with asyncio.timeout(60):
        while int(await speaker.stdout.readline()) < spoken:
            pass
        speaker.kill()
        rest = await speaker.stdout.read()
        assert await speaker.wait() == -signal.SIGKILL
    *_, last = [spoken, *map(int, rest.rpartition(b"\n")[0].split())]
    track = tracks(tmp_path / "journals")["customer"]
    kept = [int(packet.payload) for packet in track.packets]
    assert kept == list(range(len(kept)))
    assert last - len(kept) <= 50
    assert not track.is_complete
