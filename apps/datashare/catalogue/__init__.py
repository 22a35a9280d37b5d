"""The catalogue of tax-related public data (公共数据目录): what exists, who provides it, who may use it (Art 16)."""
