"""What is owed, paid and refunded: one account per payer, double entry."""
