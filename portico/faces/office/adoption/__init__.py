"""How far the portal is used."""
