"""Names of the jobs this app may enqueue."""

CHECK_UPLOAD = "agents.check_upload"
CREATE_USERS = "agents.create_users"
SWEEP_UPLOADS = "agents.sweep_uploads"
