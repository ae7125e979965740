"""Who speaks: one engine a file behind one Protocol."""
