"""Keys of maps, their words and colours."""
