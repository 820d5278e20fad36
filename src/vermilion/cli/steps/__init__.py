"""What commands do once the platform is loaded."""
