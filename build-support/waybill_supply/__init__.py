"""What lies in artifacts and images: lists of it, the licences of it, and the holes that are known in it."""
