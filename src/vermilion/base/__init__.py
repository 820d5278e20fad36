"""What every app needs from a platform: configuration, database, jobs, blobs, encryption, clock, errors."""
