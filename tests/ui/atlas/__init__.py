"""Every page of the screen by its name, and what is checked on each: words, colours, targets, names, pictures."""
