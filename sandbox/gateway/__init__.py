"""The payment gateway of the outside world, played by one process: orders, a payer's page, signed callbacks."""
