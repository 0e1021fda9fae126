"""Other people's machines, behind the ports of the domain."""
