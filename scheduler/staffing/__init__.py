"""Human demand per queue and interval -> workers required, and what they promise."""
