"""Everything that lasts, and the only room that imports SQLAlchemy."""
