"""Everything Settle is made of but its words (data/) and its thin action classes (actions/)."""
