"""The microservice chassis: what every service of Commerce needs, and no business noun beyond the names of
permissions."""
