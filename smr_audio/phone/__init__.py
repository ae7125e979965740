"""The phone's side: sessions served in the gym, and published as a site and a podcast."""
