"""What a page of records asks of its desk: may she see them, who is who, what belongs to one."""

from app.access.leave import SeenKind
from app.access.queries import NOBODY_NAMED, PeopleNames, names_of_people
from ui.shell.ports import Desk
from ui.shell.record_reading import RecordReader


class SeenRecords:
    """Records of one kind at a desk, as far as its person may see them."""

    def __init__(self, desk: Desk, kind: SeenKind) -> None:
        self._desk, self._kind = desk, kind
        self._staff = NOBODY_NAMED

    @property
    def staff(self) -> PeopleNames:
        """The names of people as they were when the list was read; kept, so that it is quick."""
        return self._staff

    @property
    def sees(self) -> bool:
        """Whether this person may see such records of this office."""
        return self._desk.seeing.sees(self._kind, self._desk.scope)

    def reader(self) -> RecordReader:
        """Give what reads timelines and what belongs together."""
        return RecordReader(self._desk)

    def read_staff(self) -> None:
        """Read who is who; with every reading of the list."""
        self._staff = self._desk.read(names_of_people)
