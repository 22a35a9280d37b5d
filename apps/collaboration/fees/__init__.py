"""Sources of non-tax revenue (政府非税收入费源): delivered, matched, billed, collected, fed back; Article 25."""
