"""Sets of measures as a paper reports them, over several splits and generations."""
