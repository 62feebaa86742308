"""A process for test_child: answers every order with itself, until told to end.

An order ``late`` is answered behind the next one.
"""

import json
import sys

print(json.dumps({"ready": True}), flush=True)
held: list[str] = []
for line in sys.stdin:
    order = json.loads(line)
    if order["verb"] == "end":
        break
    if order["verb"] == "late":
        held.append(line)
        continue
    print(json.dumps(order), *map(str.strip, held), sep="\n", flush=True)
    held.clear()
