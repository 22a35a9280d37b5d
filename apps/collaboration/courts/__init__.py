"""Courts and tax authorities work together: taxes on judicial sales, arrears from proceeds, bankruptcy (Article 30)."""
