"""Values as the database holds them."""

import copy
import pickle
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.store.types import id_of


@given(st.uuids())
def test_an_id_that_was_held_is_the_id_it_was(id: UUID) -> None:
    read = id_of(id.hex)
    assert read == id and hash(read) == hash(id)
    assert (str(read), read.bytes, read.is_safe) == (str(id), id.bytes, id.is_safe)
    assert sorted((read, UUID(int=0))) == sorted((id, UUID(int=0)))
    assert pickle.loads(pickle.dumps(read)) == id == copy.deepcopy(read)


def test_what_is_no_id_is_refused() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        id_of("no id")
