"""Find out early, and in one sentence, whether the address can be listened on."""

from __future__ import annotations

import errno
import socket

from connect.serving.errors import PortInUseError


def port_error(host: str, port: int, reason: str) -> PortInUseError:
    """The sentence for an address that cannot be had."""
    return PortInUseError(
        f"Cannot listen on {host} port {port}: {reason}. "
        "Choose another port (make run PORT=…, --port …; 0 takes a free one)."
    )


def require_free_port(host: str, port: int) -> None:
    """Try to listen; raises `PortInUseError`. The server itself binds a moment later."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server does: a port whose last connections are fading out may be taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
            probe.listen(1)
        except OSError as error:
            raise port_error(host, port, _reason(error)) from error


def _reason(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "the port is in use"
    return (error.strerror or str(error)).lower()


def url_of(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host.strip("[]"), host.strip("[]"))  # noqa: S104
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"
