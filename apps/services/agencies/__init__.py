"""Professional agencies (涉税专业服务机构, Art 7): register, credit, public directory, clients' deadlines."""
