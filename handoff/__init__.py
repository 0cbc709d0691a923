"""The hand-off: the structured case, the queue, and the counsellors' desk."""
