"""One service, one transaction, one announcement."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from apps.core import bus, unit_of_work
from apps.core.unit_of_work import NoUnitOfWorkError, register_flusher, touch
from apps.instances.models import Instance
from tests.journeys.conftest import db

__all__ = ["db"]

pytestmark = pytest.mark.db

Flushed = list[tuple[str, list[int]]]


@pytest.fixture
def flushed(db: None, monkeypatch: pytest.MonkeyPatch) -> Flushed:
    """Two kinds whose flushers note what they are called with and publish it."""
    found: Flushed = []
    monkeypatch.setattr(unit_of_work, "_flushers", {})
    for kind in ("cup", "plate"):

        def flush(ids: list[int], kind: str = kind) -> None:
            found.append((kind, ids))
            bus.publish(kind, {"ids": ids})

        register_flusher(kind, flush)
    return found


@pytest.fixture
def heard() -> Iterator[list[bus.Message]]:
    messages: list[bus.Message] = []
    end = bus.subscribe("cup", messages.append)
    yield messages
    end()


def test_each_kind_is_flushed_once_with_all_its_ids_in_the_order_of_locks(flushed: Flushed) -> None:
    with unit_of_work.unit_of_work():
        for kind, pk in [("cup", 2), ("plate", 9), ("cup", 1), ("cup", 2)]:
            touch(kind, pk)
        assert flushed == []

    assert flushed == [("cup", [1, 2]), ("plate", [9])]


def test_nested_units_announce_with_the_outermost(
    flushed: Flushed, heard: list[bus.Message]
) -> None:
    with unit_of_work.unit_of_work():
        with unit_of_work.unit_of_work():
            touch("cup", 1)
        assert flushed == []
        touch("cup", 2)

    assert heard == [{"ids": [1, 2]}]


def test_after_a_rollback_nothing_is_announced(flushed: Flushed, heard: list[bus.Message]) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work.unit_of_work():
        touch("cup", 1)
        bus.publish("cup", {"ids": []})
        raise ZeroDivisionError
    with unit_of_work.unit_of_work():
        pass

    assert (flushed, heard) == ([], [])


def test_a_nested_unit_that_fails_undoes_its_own_rows_only(flushed: Flushed) -> None:
    with unit_of_work.unit_of_work():
        Instance.objects.create(alias="kept", name="Kept")
        with pytest.raises(ZeroDivisionError), unit_of_work.unit_of_work():
            Instance.objects.create(alias="undone", name="Undone")
            raise ZeroDivisionError

    assert list(Instance.objects.values_list("alias", flat=True)) == ["kept"]


def test_a_flusher_that_fails_takes_the_whole_unit_back(
    flushed: Flushed, heard: list[bus.Message]
) -> None:
    """What cannot be announced did not happen: a page would never learn of it."""

    def fail(ids: list[int]) -> None:
        raise ZeroDivisionError

    register_flusher("plate", fail)
    with pytest.raises(ZeroDivisionError), unit_of_work.unit_of_work():
        Instance.objects.create(alias="gone", name="Gone")
        touch("cup", 1)
        touch("plate", 1)

    assert not Instance.objects.exists()
    assert heard == []


def test_what_a_flusher_touches_is_flushed_too(flushed: Flushed) -> None:
    register_flusher("saucer", lambda ids: touch("cup", ids[0]))
    with unit_of_work.unit_of_work():
        touch("saucer", 5)

    assert flushed == [("cup", [5])]


def test_an_announcement_may_begin_a_unit_of_its_own(flushed: Flushed) -> None:
    def pour(message: bus.Message) -> None:
        with unit_of_work.unit_of_work():
            touch("plate", 7)

    end = bus.subscribe("cup", pour)
    with unit_of_work.unit_of_work():
        touch("cup", 1)
    end()

    assert flushed == [("cup", [1]), ("plate", [7])]


def test_touching_outside_a_unit_is_a_mistake(flushed: Flushed) -> None:
    with pytest.raises(NoUnitOfWorkError):
        touch("cup", 1)


def test_a_message_is_sent_after_the_commit(db: None, heard: list[bus.Message]) -> None:
    with transaction.atomic():
        bus.publish("cup", {"n": 1})
        assert heard == []

    assert heard == [{"n": 1}]


def test_a_subscriber_that_fails_does_not_stop_the_others(
    db: None, heard: list[bus.Message]
) -> None:
    def fail(message: bus.Message) -> None:
        raise ZeroDivisionError

    ends = [bus.subscribe("cup", fail), bus.subscribe("cup", heard.append)]
    bus.publish("cup", {"n": 1})
    for end in ends:
        end()

    assert heard == [{"n": 1}, {"n": 1}]


def test_who_has_unsubscribed_hears_nothing_any_more(db: None) -> None:
    heard: list[bus.Message] = []
    end = bus.subscribe("cup", heard.append)
    end()
    end()

    bus.publish("cup", {"n": 1})

    assert heard == []
