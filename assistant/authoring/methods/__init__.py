"""Ways to tell the label of a message, compared: `python -m assistant.authoring.methods`."""
