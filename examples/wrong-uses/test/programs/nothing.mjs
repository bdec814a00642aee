// Has nothing to do.
