"""What leaves the house about a case: through which door, what exactly, with which consent, and what came of it."""
