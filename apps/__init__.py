"""The portal: a shared kernel, four chapters of the Measures, and the front doors."""
