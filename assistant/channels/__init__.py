"""One reply, rightly shaped for each place people chat in."""
