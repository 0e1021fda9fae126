"""What people and machines see of Portico."""
