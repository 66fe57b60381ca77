"""QtCore and QtGui only: what turns core into Qt."""
