"""Who may reach which route: a policy for each, tried with every role."""
