"""Other provinces (区域协作, Art 9): matters forwarded and received, credit and qualifications recognised."""
