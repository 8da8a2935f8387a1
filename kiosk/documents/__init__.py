"""What comes out: the application that goes to the back office, the receipt that goes to the citizen."""
