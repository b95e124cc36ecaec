"""How long a contact waits for its claim when an agent is free and thousands wait already.

    python -m tests.benchmarks.routing

On a database of its own (SQLite, as shipped): a contact is put into the queue ahead of all that
wait, then the routing pass runs, each a transaction of its own as in the product. The time from
before the first to after the second commit is what is counted, 300 times; the hand-over to the
control thread between them is not. Prints one JSON line.
"""

import json
import os
import tempfile
from statistics import quantiles


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="connect-bench-") as folder:
        os.environ["CONNECT_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from tests.benchmarks.queue_house import QueueHouse

        house = QueueHouse(agents=100, waiting=2000)
        house.claim_once()  # what is loaded on first use is not counted
        spent = [house.claim_once() for _ in range(300)]
    cut = quantiles(spent, n=100)
    figures = {"claims": len(spent), "p50": cut[49] * 1000, "p99": cut[98] * 1000}
    print(json.dumps({"agents": 100, "waiting": 2000, **figures}))


if __name__ == "__main__":
    main()
