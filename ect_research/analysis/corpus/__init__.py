"""What a corpus holds: completeness, crossings, funnels."""
