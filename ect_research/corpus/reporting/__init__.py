"""Problems and possible analyses, told to a person."""
