"""Policy guidance and precise push (宣传辅导、精准推送, Article 12)."""
