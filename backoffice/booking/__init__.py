"""Appointments: which days and half-days can be booked, and the numbers that are given out for them."""
