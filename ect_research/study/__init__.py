"""Room 5: study file → notebooks run by papermill → ``outputs/``. The only writer of outputs."""
