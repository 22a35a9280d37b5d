"""What joint supervision adds to the kernel: a letter and the review of invoice quotas."""

from apps.supervision.joint import letters, quota

# Importing registers them.
REGISTERED = (letters.QUOTA, quota.REVIEW)
