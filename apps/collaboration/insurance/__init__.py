"""Social insurance contributions: assessed by hrss and medical, declared by employers, collected by tax; Article 24."""
