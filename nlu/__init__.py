"""Understanding: what a message says, in which language, and whether somebody is in danger."""
