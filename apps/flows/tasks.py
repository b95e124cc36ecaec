from celery import shared_task

from apps.flows import jobs
from apps.flows.services.rendering import render


@shared_task(name=jobs.RENDER_ASSET)
def render_asset(*, asset_id: int) -> None:
    """Speak a text once and keep the frames."""
    render(asset_id)
