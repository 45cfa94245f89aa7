"""Tune the last layers of the encoder on our own messages: `make tune`.

Rarely done, by hand, and not part of `make train`: it takes a quarter of an hour. What it makes,
assistant/nlu/weights/, is committed. docs/decisions/0018 says why it is there.
"""
