"""Looking at programs for the Cloud: check, count, lay out. Hostile ones meet a child process only."""
