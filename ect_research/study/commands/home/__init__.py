"""The home page of JupyterLab: everything the command does, by buttons."""

ROOMS = ()
