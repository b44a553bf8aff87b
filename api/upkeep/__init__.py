"""What has to be thrown away from time to time, and what lapses by itself."""
