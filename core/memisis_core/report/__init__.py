"""What leaves the machine: data, report and plan."""
