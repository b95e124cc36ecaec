"""Names of the jobs this app may enqueue."""

FINALISE = "recordings.finalise"
SWEEP = "recordings.sweep"
