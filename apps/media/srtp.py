"""libsrtp, called without letting go of the interpreter.

pylibsrtp's own calls release the GIL for some three microseconds each. Beside a thread that
computes, every one of them may cost a switch interval until the loop runs again, four thousand
times a second with twenty calls. The sessions are pylibsrtp's; only the four calls on a packet's
way are made here.
"""

import ctypes
from collections.abc import Callable

import pylibsrtp
from pylibsrtp._binding import ffi, lib

TRAILER = 148  # bytes that protecting may add: SRTP_MAX_TRAILER_LEN and the SRTCP index
_ROOM = 1500  # of pylibsrtp's buffer in each session

_Call = Callable[[int, int, int], int]
# PYFUNCTYPE, and not CFUNCTYPE, is the one that keeps the GIL.
_PROTOTYPE = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


def _address(pointer: object) -> int:
    return int(ffi.cast("uintptr_t", pointer))


def _call(name: str) -> _Call:
    return _PROTOTYPE(_address(ffi.addressof(lib, name)))


_protect, _unprotect = _call("srtp_protect"), _call("srtp_unprotect")
_protect_rtcp, _unprotect_rtcp = _call("srtp_protect_rtcp"), _call("srtp_unprotect_rtcp")


class SrtpSession:
    """One direction of one leg. Raises pylibsrtp.Error, or ValueError for what is too long."""

    __slots__ = ("_buffer", "_length", "_length_at", "_session", "_srtp")

    def __init__(self, session: pylibsrtp.Session) -> None:
        self._session = session  # owns what is used here
        self._srtp = _address(session._srtp[0])
        self._buffer = _address(session._cdata)
        self._length = ctypes.c_int()
        self._length_at = ctypes.addressof(self._length)

    def protect(self, packet: bytes) -> bytes:
        return self._run(_protect, packet, _ROOM - TRAILER)

    def unprotect(self, packet: bytes) -> bytes:
        return self._run(_unprotect, packet, _ROOM)

    def protect_rtcp(self, packet: bytes) -> bytes:
        return self._run(_protect_rtcp, packet, _ROOM - TRAILER)

    def unprotect_rtcp(self, packet: bytes) -> bytes:
        return self._run(_unprotect_rtcp, packet, _ROOM)

    def _run(self, call: _Call, packet: bytes, room: int) -> bytes:
        size = len(packet)
        if size > room:
            raise ValueError("packet is too long")
        ctypes.memmove(self._buffer, packet, size)
        self._length.value = size
        code = call(self._srtp, self._buffer, self._length_at)
        if code:
            raise pylibsrtp.Error(f"libsrtp refused a packet: {code}")
        return ctypes.string_at(self._buffer, self._length.value)


def is_as_expected() -> bool:
    """Whether pylibsrtp still holds what is used here."""
    session = pylibsrtp.Session()
    return (
        all(hasattr(session, name) for name in ("_srtp", "_cdata"))
        and len(ffi.buffer(session._cdata)) == _ROOM
    )
