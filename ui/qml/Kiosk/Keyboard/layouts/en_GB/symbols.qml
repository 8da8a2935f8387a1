import ".."

Symbols {}
