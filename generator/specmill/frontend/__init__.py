"""The front end: from bytes to the description of a data model."""
