"""How long a contact waits for its claim when an agent is free and thousands wait already.

    python -m tests.benchmarks.routing --agents 100,1000,10000 --waiting 20000 --on sqlite,postgres

On a database of its own: a contact is put into the queue ahead of all that wait, then the routing
pass runs, each a transaction of its own as in the product. The time from before the first to after
the second commit is what is counted, 300 times; the hand-over to the control thread between them is
not. The waiting lie in 200 queues, the agents in 20 profiles with ten queues each. Prints a JSON
line for each pair.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles

from tests.servers import Postgres

CLAIMS = 300
DATABASES = ("sqlite", "postgres")


def main() -> None:
    arguments = parse()
    if arguments.here:
        print(json.dumps(measure(int(arguments.agents), waiting=arguments.waiting)))
        return
    for database in arguments.on.split(","):
        for agents in arguments.agents.split(","):
            figures = _in_a_process(database, agents, waiting=arguments.waiting)
            print(json.dumps({"database": database, **figures}), flush=True)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.benchmarks.routing")
    parser.add_argument("--agents", default="100,1000,10000")
    parser.add_argument("--waiting", type=int, default=20_000)
    parser.add_argument("--on", default=",".join(DATABASES))
    parser.add_argument("--here", action="store_true", help="one pair, on the settings as they are")
    return parser.parse_args()


def measure(agents: int, *, waiting: int) -> dict[str, float]:
    """Milliseconds of `CLAIMS` claims in a database that is migrated first."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.benchmarks.queue_house import QueueHouse

    house = QueueHouse(agents=agents, waiting=waiting)
    analyse()
    for _ in range(10):  # what is loaded on first use is not counted
        house.claim_once()
    spent = [house.claim_once() for _ in range(CLAIMS)]
    cut = quantiles(spent, n=100)
    figures = {"claims": len(spent), "p50": cut[49] * 1000, "p99": cut[98] * 1000}
    return {"agents": agents, "waiting": waiting, **figures}


def analyse() -> None:
    """What a database that has been up for an hour knows of its tables: SQLite, nothing."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _in_a_process(database: str, agents: str, *, waiting: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.routing", "--here"]
    command += ["--agents", agents, "--waiting", str(waiting)]
    with _settings(database) as environ:
        ran = subprocess.run(command, env=environ, stdout=subprocess.PIPE, check=True)
    return dict(json.loads(ran.stdout.splitlines()[-1]))


@contextmanager
def _settings(database: str) -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="connect-bench-") as folder:
        environ = {**os.environ, "CONNECT_TESTS_FOLDER": folder}
        if database == "sqlite":
            yield {**environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
            return
        server = Postgres()
        server.start()
        try:
            yield {
                **environ,
                "DJANGO_SETTINGS_MODULE": "tests.settings_postgres",
                "CONNECT_TESTS_POSTGRES": server.url,
            }
        finally:
            server.remove()


if __name__ == "__main__":
    main()
