"""`make chaos`: a portal of its own under load, its processes killed at random; afterwards every promise is checked."""
