"""Assistance for the elderly, the disabled and others who need it (特殊人群服务): Article 11, second paragraph."""
