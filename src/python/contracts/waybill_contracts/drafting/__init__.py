"""A first document from what there is: a sample of records, a JSON Schema, a pydantic model. Pure: bytes in, draft out."""
