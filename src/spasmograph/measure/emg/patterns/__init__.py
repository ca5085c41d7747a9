"""From bursts to what they mean together."""
