// The worker's question to a tab; the value of a script's last expression is its answer.
testimony();
