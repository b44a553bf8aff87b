"""What the service is put through: kills, load, requests of every kind."""
