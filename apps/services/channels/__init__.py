"""Ways to the office beside the browser at home: self-service terminals and registered mail (Art 11)."""
