"""What is asked about mailing statements."""
