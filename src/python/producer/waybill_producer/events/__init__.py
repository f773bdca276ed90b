"""From the API's users to the contract's events."""
