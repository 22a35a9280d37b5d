"""How an invoice looks on paper (版式文件): as PDF and as OFD, both written from the kept invoice (Art 14)."""
