"""Qualifications that tax policies rest on (税费优惠资格): Article 26."""
