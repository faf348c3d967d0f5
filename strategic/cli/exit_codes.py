"""The exit codes scripts depend on."""

DONE = 0
CLAIM_FAILED = 1
BAD_INPUT = 2
IN_PART = 3
STOPPED = 130
