"""Many agents who are signed in and available, and callers who come to their queue."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command

from apps.agents.models import Agent, AgentStatus, AgentStatusChange
from apps.contacts.services.queueing import enqueue
from apps.core import clock
from apps.core.unit_of_work import unit_of_work
from apps.instances.scope import instance_scope
from apps.instances.services.instances import create_instance, update_instance
from apps.routing.models import RoutingProfile
from apps.security_profiles.services import assign
from apps.users.models import User, login_key_of
from tests.benchmarks.callers import new_caller
from tests.people import profile_named

BACKEND = "apps.users.backends.InstanceBackend"


class Crowd:
    """Their instance is "bench"; all of them serve its one queue."""

    def __init__(self, *, agents: int) -> None:
        call_command("migrate", verbosity=0)
        self.instance = create_instance(alias="bench", name="Bench")
        update_instance(self.instance, call_quota=10 * agents)  # what rings counts as waiting
        self.instance.refresh_from_db()
        self.ring_seconds = self.instance.ring_seconds
        self.cookie = settings.SESSION_COOKIE_NAME
        with instance_scope(self.instance):
            self._profile = RoutingProfile.objects.get()
            users = self._users(agents)
            self._hire(users)
            self.session_keys = [self._sign_in(user) for user in users]

    def arrive(self) -> None:
        """A caller enters the queue; whoever serves the folder finds it in the rows."""
        with instance_scope(self.instance), unit_of_work():
            contact = new_caller(self.instance)
            queue = self._profile.default_outbound_queue
            refused = enqueue(contact, queue_id=str(queue.public_id), now=clock.now())
            assert refused is None

    def _users(self, size: int) -> list[User]:
        names = [f"agent{number}" for number in range(size)]
        users = User.objects.bulk_create(
            User(
                instance=self.instance,
                username=name,
                password="!",
                login_key=login_key_of(instance=self.instance, username=name),
            )
            for name in names
        )
        profile = profile_named(self.instance, "Agent")
        for user in users:
            assign(user, profiles=[profile])
        return users

    def _hire(self, users: list[User]) -> None:
        available = AgentStatus.objects.get(kind=AgentStatus.Kind.ROUTABLE)
        now = clock.now()
        agents = Agent.objects.bulk_create(
            Agent(
                instance=self.instance,
                user=user,
                routing_profile=self._profile,
                status=available,
                status_since=now,
            )
            for user in users
        )
        AgentStatusChange.objects.bulk_create(
            AgentStatusChange(instance=self.instance, agent=agent, status=available, started_at=now)
            for agent in agents
        )

    def _sign_in(self, user: User) -> str:
        store = import_module(settings.SESSION_ENGINE).SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = BACKEND
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.start()
        store.save()
        return str(store.session_key)
