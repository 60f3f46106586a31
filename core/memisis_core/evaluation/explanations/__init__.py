"""What every measure means, axis by axis: texts for people, without any library."""
