"""SMS gateway and 一网通办 played by one small receiver: own process, own files; it shares nothing with the portal."""
