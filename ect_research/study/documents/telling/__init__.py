"""What the documents tell, before any of them is laid out: which results, in what order, under which words."""
