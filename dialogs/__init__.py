"""The dialog: a pure engine, flows as data, and every sentence a child reads."""
