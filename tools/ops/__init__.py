"""Operations: the reconciler, and the offline verifier of the activity log."""
