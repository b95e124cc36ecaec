import pytest

from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.routing.models import Queue


@pytest.fixture
def queue(demo_instance: Instance) -> Queue:
    with instance_scope(demo_instance):
        return Queue.objects.get(name="BasicQueue")
