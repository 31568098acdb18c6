"""Set once the process has been told to end."""

from threading import Event

draining = Event()
