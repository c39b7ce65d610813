"""What asks or tells something over a screen, and gives back an answer."""
