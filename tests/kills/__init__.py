"""Real processes of laptops and of an office, killed at random, behind a proxy that damages."""
