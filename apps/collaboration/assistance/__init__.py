"""Administrative assistance between tax offices and departments (征管协作): Article 22."""
