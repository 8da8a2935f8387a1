"""Is this machine fit: the journal, and the sentences of every fault."""
