"""Reading and sending on the media socket, on Linux without letting go of the interpreter.

Python's own `recvfrom` and `sendto` release the GIL although a socket that never blocks returns at
once. Beside a thread that computes, each may cost a switch interval until the loop runs again.
"""

import ctypes
import errno
import socket
import sys
from typing import Protocol, TypeVar

Address = tuple[str, int]
Key = TypeVar("Key")
Value = TypeVar("Value")

DATAGRAM = 2048
REMEMBERED = 4096  # addresses; who floods us from others makes us forget, not grow
_AGAIN = frozenset({errno.EAGAIN, errno.EWOULDBLOCK})
_PASSING = frozenset({errno.ECONNREFUSED, errno.ECONNRESET, errno.EINTR})


class Datagrams(Protocol):
    """One bound socket that never blocks; used by one thread."""

    def read(self, most: int) -> list[tuple[bytes, Address]]:
        """What is waiting, at most so many. Raises OSError when the socket itself has failed."""

    def send(self, data: bytes, address: Address) -> None:
        """Raises OSError when the network refuses it."""


def datagrams(sock: socket.socket) -> Datagrams:
    """The way to use a socket on this system."""
    return _HeldDatagrams(sock) if sys.platform == "linux" else _PlainDatagrams(sock)


class _PlainDatagrams:
    """By Python's socket."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def read(self, most: int) -> list[tuple[bytes, Address]]:
        batch: list[tuple[bytes, Address]] = []
        while len(batch) < most:
            try:
                data, address = self._socket.recvfrom(DATAGRAM)
            except BlockingIOError:
                break
            except ConnectionError:
                continue
            batch.append((data, address[:2]))
        return batch

    def send(self, data: bytes, address: Address) -> None:
        self._socket.sendto(data, address)


class _HeldDatagrams:
    """By the C library, called through a handle that keeps the GIL (ctypes.PyDLL)."""

    def __init__(self, sock: socket.socket) -> None:
        self._fd = sock.fileno()
        self._family = sock.family
        self._size = 16 if sock.family == socket.AF_INET else 28  # of the kernel's address
        library = ctypes.PyDLL(None, use_errno=True)
        self._recvfrom, self._sendto = library.recvfrom, library.sendto
        for call in (self._recvfrom, self._sendto):
            call.restype = ctypes.c_ssize_t
        number, size, at = ctypes.c_int, ctypes.c_size_t, ctypes.c_void_p
        self._recvfrom.argtypes = [number, at, size, number, at, at]
        self._sendto.argtypes = [number, ctypes.c_char_p, size, number, ctypes.c_char_p, number]
        self._data = ctypes.create_string_buffer(DATAGRAM)
        self._from = ctypes.create_string_buffer(self._size)
        self._from_size = ctypes.c_uint32()
        self._places = tuple(map(ctypes.addressof, (self._data, self._from, self._from_size)))
        self._read_as: dict[bytes, Address] = {}
        self._written_as: dict[Address, bytes] = {}

    def read(self, most: int) -> list[tuple[bytes, Address]]:
        receive, fd = self._recvfrom, self._fd
        data_at, from_at, size_at = self._places
        batch: list[tuple[bytes, Address]] = []
        while len(batch) < most:
            self._from_size.value = self._size
            size = receive(fd, data_at, DATAGRAM, socket.MSG_DONTWAIT, from_at, size_at)
            if size >= 0:
                batch.append((ctypes.string_at(data_at, size), self._address(self._from.raw)))
            elif not self._is_passing():
                break
        return batch

    def send(self, data: bytes, address: Address) -> None:
        to = self._written_as.get(address) or self._kernel_address(address)
        if self._sendto(self._fd, data, len(data), socket.MSG_DONTWAIT, to, self._size) < 0:
            code = ctypes.get_errno()
            raise OSError(code, errno.errorcode.get(code, "the datagram was not sent"))

    @staticmethod
    def _is_passing() -> bool:
        """False when nothing is waiting."""
        code = ctypes.get_errno()
        if code in _AGAIN:
            return False
        if code in _PASSING:
            return True
        raise OSError(code, errno.errorcode.get(code, "the socket cannot be read"))

    def _address(self, kernels: bytes) -> Address:
        address = self._read_as.get(kernels)
        if address is None:
            host = kernels[4:8] if self._family == socket.AF_INET else kernels[8:24]
            address = socket.inet_ntop(self._family, host), int.from_bytes(kernels[2:4], "big")
            _remember(self._read_as, kernels, address)
        return address

    def _kernel_address(self, address: Address) -> bytes:
        """`sockaddr_in` or `sockaddr_in6`: family, port, (flow,) host, padding or scope."""
        host, port = socket.inet_pton(self._family, address[0]), address[1].to_bytes(2, "big")
        family = int(self._family).to_bytes(2, sys.byteorder)
        flow = b"" if self._family == socket.AF_INET else bytes(4)
        kernels = (family + port + flow + host).ljust(self._size, b"\0")
        _remember(self._written_as, address, kernels)
        return kernels


def _remember(known: dict[Key, Value], key: Key, value: Value) -> None:
    if len(known) >= REMEMBERED:
        known.clear()
    known[key] = value
