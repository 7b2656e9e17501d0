"""Truth table, minimisation and fit."""
