"""一网通办 played by a real OpenID provider: own process, own database, own key; it shares nothing with the portal."""
