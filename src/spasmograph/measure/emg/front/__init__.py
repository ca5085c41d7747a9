"""From raw samples to conditioned ones: band, mains, heart beats, artefacts."""
