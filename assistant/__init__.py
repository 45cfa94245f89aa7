"""Everything Settle is made of, apart from its words (data/) and its thin action classes (actions/)."""
