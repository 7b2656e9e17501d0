"""Figures of industrial symbiosis."""
