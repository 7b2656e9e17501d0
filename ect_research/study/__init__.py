"""Room 5: study file → notebooks run by papermill → ``outputs/``. The only writer of outputs."""

# Each imports from those before it only.
ROOMS = ("base", "definition", "publishing", "kernels", "outputs", "running", "documents", "engine", "commands")
