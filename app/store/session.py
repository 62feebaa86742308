"""The session a query reads with, under this room's name.

A room that only hands a query on (the desk's port, the seat, the door) names its session from here
and needs no word of the database library.
"""

from sqlalchemy.orm import Session as Session
