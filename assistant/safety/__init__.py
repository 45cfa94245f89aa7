"""Red flags: text and context in, tier and evidence out. Knows no Rasa, clock or network."""
