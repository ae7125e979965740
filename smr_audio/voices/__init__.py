"""Who speaks: engines behind one Protocol."""
