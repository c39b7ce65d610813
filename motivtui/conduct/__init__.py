"""From what a user asks for to a study that is carried out: the file, the plan, its lock, and the carrying out."""
