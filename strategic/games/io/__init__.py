"""Every file a game comes from or goes to."""
