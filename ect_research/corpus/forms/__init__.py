"""Workbooks and forms that people fill, and what comes back of them."""
