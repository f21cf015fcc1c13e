"""What a person does with jobs and the records beside them."""
