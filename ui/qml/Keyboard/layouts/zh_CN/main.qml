import ".."

Letters {}
