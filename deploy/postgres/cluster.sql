-- For a cluster of our own: what comes with it and stands open to everybody is closed. Run as its superuser, as often as one likes.
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
