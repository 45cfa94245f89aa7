"""Rasa graph components, the safety policy and the wording: adapters over pure code."""
