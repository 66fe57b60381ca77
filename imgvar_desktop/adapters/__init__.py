"""One file per outside thing: pictures, HTTP, disk, keyring, the service process. Knows no Qt."""
