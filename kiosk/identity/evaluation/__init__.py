"""A site measures its own gate: ``main.py evaluate-faces``, described in docs/evaluating-faces.md.

Folders are gathered (``gathering``), judged (``judging``, with the statistics
of ``rates``) and told as tables and a curve (``figures``); ``measuring`` does
one after the other. Nothing of it runs at the gate.
"""
