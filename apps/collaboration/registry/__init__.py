"""Checks before registration (信息查询查验): Article 28."""
