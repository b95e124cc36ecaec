"""Byte ranges as RFC 9110 has them."""

import pytest

from apps.core.ranges import NotSatisfiable, Span, span_of

pytestmark = pytest.mark.domain


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-0", Span(0, 0)),
        ("bytes=0-", Span(0, 99, is_open=True)),
        ("bytes=10-19", Span(10, 19)),
        ("bytes=90-500", Span(90, 99)),
        ("bytes=99-", Span(99, 99, is_open=True)),
        ("bytes=-10", Span(90, 99)),
        ("bytes=-500", Span(0, 99)),
        ("Bytes = 1 - 2", Span(1, 2)),
    ],
)
def test_a_range_is_cut_to_the_file(header: str, span: Span) -> None:
    assert span_of(header, size=100) == span


@pytest.mark.parametrize(
    "header", [None, "", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,5-6", "items=0-5", "bytes=a-"]
)
def test_what_cannot_be_read_is_the_whole_file(header: str | None) -> None:
    assert span_of(header, size=100) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused(header: str) -> None:
    with pytest.raises(NotSatisfiable):
        span_of(header, size=100)
