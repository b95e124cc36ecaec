"""Pure rules of routing: who gets which contact, when a queue is open, when it is full."""
