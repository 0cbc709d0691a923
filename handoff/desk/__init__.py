"""The counsellors' desk: a web application of its own, mounted by the composition root under ``/desk``."""
