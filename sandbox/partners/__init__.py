"""Departments, a bank and a court played by a process that works on the portal's API as their systems would."""
