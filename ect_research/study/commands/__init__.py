"""What the commands do, and the home page of JupyterLab, which does the same by buttons."""
