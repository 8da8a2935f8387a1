import ".."

Main {}
