"""What can go wrong before the shop serves, in words for the person who typed the command."""


class CannotStart(Exception):
    """A server or process could not be started; the message says why and what to do."""
