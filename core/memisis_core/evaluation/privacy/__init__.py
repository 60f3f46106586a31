"""What an attacker learns, and how near synthetic rows come to real ones."""
