"""What the Runs room shows, as plain values: lines of tables, filters, one trial as text. No widget, no database."""
