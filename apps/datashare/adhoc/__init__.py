"""Sharing agreed case by case: consultations, destruction certificates, data not yet listed (Art 18 para 1)."""
