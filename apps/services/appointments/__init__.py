"""Appointments (预约): places by half-hour, holds, waiting list, no-shows (Arts 10, 11)."""
