"""Risk management (风险管理): indicators over the facts of everyone, tasks by level, what came of them (Art 32)."""
