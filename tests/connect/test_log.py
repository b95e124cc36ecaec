"""What may and may not be read in the log (S-13)."""

import pytest

from connect.log import guard, mask_numbers

pytestmark = pytest.mark.domain


@pytest.mark.parametrize(
    "text", ["+12065550100", "call from 12065550100 ended", "+1 (206) 555-0100", "tel12065550100"]
)
def test_a_telephone_number_keeps_two_digits(text: str) -> None:
    masked = mask_numbers(text)

    assert "…00" in masked
    assert "2065550" not in masked
    assert "555" not in masked


@pytest.mark.parametrize(
    "text",
    [
        "42 calls",
        "room 12345",
        "01234567-8901-7234-8567-890123456789",
        "2026-11-23 06:20:53.773200+00:00",
    ],
)
def test_counts_public_ids_and_instants_stay_whole(text: str) -> None:
    assert mask_numbers(text) == text


@pytest.mark.parametrize(
    "event",
    [
        {"password": "Correct-Horse-7"},
        {"details": {"new_password": "Correct-Horse-7"}},
        {"headers": [{"Cookie": "Correct-Horse-7"}]},
        {"session_key": "Correct-Horse-7"},
    ],
)
def test_secrets_are_removed_at_any_depth(event: dict[str, object]) -> None:
    assert "Horse" not in repr(guard(None, "info", dict(event)))


def test_numbers_inside_objects_and_lists_are_masked() -> None:
    event = {"error": ValueError("+12065550100"), "tried": ["+12065550100"]}

    assert "5550" not in repr(guard(None, "info", event))
