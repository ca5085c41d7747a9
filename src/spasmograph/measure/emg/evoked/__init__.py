"""From stimuli to the responses that they evoke."""
