// The worker's question to a tab; the value of a script's last expression is the answer.
pageReport();
