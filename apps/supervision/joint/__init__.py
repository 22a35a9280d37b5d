"""Joint supervision with departments (联合监管): inspections by lot, invoice quotas with market regulation (Art 33)."""
