"""Forms for the field: a table of the codebook as an XLSForm, checked for the tools that read it."""
