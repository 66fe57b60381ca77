"""The on-device service: a server of POST /v1/images/variations, in a process of its own, without Qt."""
