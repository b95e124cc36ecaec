"""What `manage.py serve` is made of: one file per part of the embedded house."""
