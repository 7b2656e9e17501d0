"""What a study redoes, in which order, and what it leaves: outputs, archive, student extract."""
