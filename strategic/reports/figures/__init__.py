"""Every figure of the reports, alone: each function takes ``ax=None`` and returns the axes."""
