"""The back office: the reference service at the other end of the line. A real site puts its own behind the contract."""
