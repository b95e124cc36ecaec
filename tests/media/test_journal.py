"""A recorded track on disk: whatever is whole of a file comes back, and reading never fails."""

import errno
import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.media.codec import AUDIO, Codec
from apps.media.journal import MAGIC, Heard, Journal, JournalError, Track
from apps.media.journal_reader import JournalPacket, JournalTrack, read

pytestmark = pytest.mark.domain

# A busy machine is no finding.
UNHURRIED = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
STARTED, UNIX = 500.0, 1_767_225_600.25
LEG = "0c6e4b4e-2a51-4b4f-9a52-6a3f5a3f5a3f.2"

HEARD = st.builds(
    lambda after, *rest: (STARTED + after / 1000, *rest),
    st.integers(0, 5000),
    st.sampled_from(AUDIO),
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFFFFFF),
    st.binary(max_size=40) | st.just(MAGIC * 3),
)
FLUSHES = st.lists(st.lists(HEARD, max_size=6), max_size=4)


def new_journal(folder: Path, *, boot: str = "boot1", later: float = 0.0) -> Journal:
    track = Track("recording", "customer", LEG, boot)
    return Journal(folder, track, started=STARTED + later, unix=UNIX + later)


def path_of(folder: Path) -> Path:
    (path,) = (folder / "recording").iterdir()
    return path


def written(folder: Path, flushes: list[list[Heard]], *, closing: bool = True) -> Path:
    journal = new_journal(folder)
    for flush in flushes:
        journal.write(flush)
    journal.write([], closing=closing)
    journal.store_and_close()
    return path_of(folder)


def expected(flushes: list[list[Heard]]) -> tuple[JournalPacket, ...]:
    return tuple(
        JournalPacket(round((heard[0] - STARTED) * 1000) / 1000, *heard[1:])
        for flush in flushes
        for heard in flush
    )


def talk(count: int, *, begin: float = STARTED) -> list[Heard]:
    return [(begin + n * 0.02, Codec.OPUS, n, n * 960, bytes([n % 251] * 60)) for n in range(count)]


@UNHURRIED
@given(flushes=FLUSHES)
def test_a_closed_track_reads_back_as_it_was_heard(flushes: list[list[Heard]]) -> None:
    with TemporaryDirectory() as folder:
        track = read(written(Path(folder), flushes))
    assert track == JournalTrack(
        side="customer",
        leg=LEG,
        started_at=datetime.fromtimestamp(UNIX, UTC),
        packets=expected(flushes),
        is_complete=True,
    )


@UNHURRIED
@given(flushes=FLUSHES, cut=st.floats(0, 1))
def test_any_beginning_of_a_file_gives_a_beginning_of_its_packets_r_09(
    flushes: list[list[Heard]], cut: float
) -> None:
    with TemporaryDirectory() as folder:
        path = written(Path(folder), flushes)
        data = path.read_bytes()
        length = int(cut * len(data))
        path.write_bytes(data[:length])
        track = read(path)
    whole = expected(flushes)
    assert track.packets == whole[: len(track.packets)]
    assert track.is_complete is (length == len(data))
    assert (track.side, track.leg) == ("customer", LEG)


@UNHURRIED
@given(flushes=FLUSHES, flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 7)), max_size=4))
def test_damaged_bits_cost_their_block_and_never_the_reader_r_09(
    flushes: list[list[Heard]], flips: list[tuple[float, int]]
) -> None:
    with TemporaryDirectory() as folder:
        path = written(Path(folder), flushes)
        data = bytearray(path.read_bytes())
        before = bytes(data)
        for place, bit in flips:
            data[int(place * (len(data) - 1))] ^= 1 << bit
        path.write_bytes(data)
        track = read(path)
    left = iter(expected(flushes))
    assert all(packet in left for packet in track.packets), "in order, none that was not heard"
    assert (track.side, track.leg) == ("customer", LEG)
    assert track.is_complete is (bytes(data) == before)


@UNHURRIED
@given(data=st.binary(max_size=300) | st.binary(max_size=60).map(lambda tail: MAGIC + tail))
def test_a_file_that_is_no_journal_reads_as_an_empty_track(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"agent-{LEG}-boot1.journal"
        path.write_bytes(data)
        track = read(path)
    assert (track.side, track.leg, track.packets) == ("agent", LEG, ())
    assert not track.is_complete


def test_one_damaged_second_costs_only_itself(tmp_path: Path) -> None:
    seconds = [talk(50, begin=STARTED + number) for number in range(3)]
    path = written(tmp_path, seconds)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    assert read(path).packets == expected([seconds[0], seconds[2]])


def test_a_late_write_is_cut_into_blocks_of_a_second(tmp_path: Path) -> None:
    """A disk that took nothing for a while must not make one damaged bit cost all of it."""
    path = written(tmp_path, [talk(250)])
    assert path.read_bytes().count(MAGIC) == 1 + 5 + 1
    assert read(path).packets == expected([talk(250)])


def test_a_track_taken_up_again_goes_on_in_the_same_time(tmp_path: Path) -> None:
    written(tmp_path, [talk(3)])
    again = new_journal(tmp_path, later=10)
    again.write([(STARTED + 10.5, Codec.PCMU, 1, 160, b"x")])
    assert not read(path_of(tmp_path)).is_complete
    again.write([], closing=True)
    again.store_and_close()
    track = read(path_of(tmp_path))
    assert track.is_complete
    assert track.packets[-1] == JournalPacket(10.5, Codec.PCMU, 1, 160, b"x")


def test_another_boot_writes_a_file_of_its_own(tmp_path: Path) -> None:
    for boot in ("boot1", "boot2"):
        journal = new_journal(tmp_path, boot=boot)
        journal.write(talk(2))
        journal.store_and_close()
    files = sorted((tmp_path / "recording").iterdir())
    assert [read(file).packets for file in files] == [expected([talk(2)])] * 2


def refusing(code: int) -> object:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(code, os.strerror(code))

    return refuse


@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [
        ("write", errno.ENOSPC, "disk_full"),
        ("write", errno.EIO, "write_failed"),
        ("fdatasync", errno.EIO, "write_failed"),
        ("fdatasync", errno.EDQUOT, "disk_full"),
    ],
)
def test_a_disk_that_refuses_is_named_and_the_track_stays_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: int, reason: str
) -> None:
    journal = new_journal(tmp_path)
    journal.write(talk(3))
    with monkeypatch.context() as disk:
        disk.setattr(os, name, refusing(code))
        with pytest.raises(JournalError) as refused:
            journal.write(talk(1))
            journal.store()
    assert refused.value.reason == reason
    with pytest.raises(JournalError):
        journal.write([], closing=True)
    journal.store_and_close()
    assert not read(path_of(tmp_path)).is_complete


def test_a_folder_that_is_a_file_is_not_writable(tmp_path: Path) -> None:
    (tmp_path / "recording").write_text("in the way")
    with pytest.raises(JournalError) as refused:
        new_journal(tmp_path).write([])
    assert refused.value.reason == "not_writable"


@pytest.mark.parametrize("name", ["..", "../x", "a/../../../b/c", "a b", ""])
@pytest.mark.parametrize("part", ["recording", "side", "leg", "boot"])
def test_a_name_that_leaves_the_folder_is_refused(tmp_path: Path, part: str, name: str) -> None:
    track = Track("recording", "customer", LEG, "boot1")._replace(**{part: name})
    with pytest.raises(JournalError) as refused:
        Journal(tmp_path / "journals", track, started=0, unix=0).write([])
    assert refused.value.reason == "not_writable"
    assert not list(tmp_path.rglob("*.journal"))
