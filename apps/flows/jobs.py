"""Names of the jobs this app may enqueue."""

RENDER_ASSET = "flows.render_asset"
