"""The peer: Debian's Janus, with the one plugin that is measured and nothing on the network."""

import subprocess
from pathlib import Path

from tests.benchmarks.media.client import own_address

MAIN = """
general: {{
    configs_folder = "{folder}"
    plugins_folder = "{libraries}/plugins"
    transports_folder = "{libraries}/transports"
    events_folder = "{folder}"
    loggers_folder = "{folder}"
    interface = "127.0.0.1"
    debug_level = 3
}}
media: {{ rtp_port_range = "20000-40000" }}
nat: {{ nice_debug = false, ice_lite = true, ice_enforce_list = "{address}" }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
events: {{ broadcast = false }}
"""

HTTP = """
general: {{
    json = "compact"
    base_path = "/janus"
    http = true
    port = {port}
    ip = "127.0.0.1"
    https = false
}}
admin: {{ admin_http = false }}
"""


def command(folder: Path, *, port: int) -> list[str]:
    """Write the configuration into `folder`; returns what starts the server."""
    videocall = next(f for f in _package_files() if f.name == "libjanus_videocall.so")
    libraries = videocall.parent.parent
    main = MAIN.format(
        folder=folder,
        libraries=libraries,
        address=own_address(),
        plugins=_all_but("libjanus_videocall.so", libraries / "plugins"),
        transports=_all_but("libjanus_http.so", libraries / "transports"),
    )
    (folder / "janus.jcfg").write_text(main)
    (folder / "janus.transport.http.jcfg").write_text(HTTP.format(port=port))
    return ["janus", "-F", str(folder)]


def version() -> str:
    """The installed package's version, empty when there is none."""
    asked = ["dpkg-query", "--show", "--showformat=${Version}", "janus"]
    return subprocess.run(asked, capture_output=True, text=True).stdout.strip()


def _package_files() -> list[Path]:
    listed = subprocess.run(["dpkg", "-L", "janus"], capture_output=True, text=True, check=True)
    return [Path(line) for line in listed.stdout.splitlines()]


def _all_but(wanted: str, folder: Path) -> str:
    return ",".join(sorted(f.name for f in folder.glob("*.so") if f.name != wanted))
