"""What can go wrong with a profile.

ProfileError (ValueError)   not a profile, from a newer version, inconsistent, or not to be built from this table
"""

from __future__ import annotations


class ProfileError(ValueError):
    """A profile cannot be read or made; the message names the file or the column and says what to do."""
