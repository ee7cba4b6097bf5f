# SPDX-License-Identifier: AGPL-3.0-or-later
# The native half, for the package alone.
from typing import Any

def __getattr__(name: str) -> Any: ...
