"""What a branch can promise on a day. Pure: minutes on one axis, no database, no clock, no calendar."""
