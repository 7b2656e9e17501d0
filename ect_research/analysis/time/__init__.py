"""Projects on the calendar and by age."""
