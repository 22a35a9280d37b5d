"""Working days, holidays and make-up days; due dates derived and explained."""
