"""What every record is made of: events, how they change documents, forms, codes, money, errors."""
