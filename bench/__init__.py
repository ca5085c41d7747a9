"""Speed and memory of the main job, as ratios in one run against the machine's own limit and against the peers' instrument."""
