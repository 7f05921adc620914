"""CSV files of an import, as people send them: encoding and delimiter recognised, rows read as a stream, columns matched to
fields by name. What the values mean is for the services that own the data."""
