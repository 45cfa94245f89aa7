"""Thin Rasa actions, one module a flow. rasa_sdk registers every Action it finds in here."""
