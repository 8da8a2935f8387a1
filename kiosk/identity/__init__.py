"""Is the person before the camera the one on the card: 1:1 comparison and liveness, in a process of its own.

``process.FaceVerifier`` is what the application uses; everything else runs
inside the face process.
"""
