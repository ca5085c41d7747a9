"""From conditioned samples to the envelope and bursts."""
