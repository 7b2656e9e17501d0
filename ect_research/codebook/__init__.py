"""Room 1: what every table, column and answer means; forms for the field."""
