"""One module a version of the gallery's tables; what has been published is never changed."""
