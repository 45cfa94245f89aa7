"""What people tell about a twitch, and the three short questions about it. Knows no Rasa."""
