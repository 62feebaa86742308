"""Compiles the words: the ``resources/locale/<language>/*.po`` of a language become one ``.mo``.

Runs with the interpreter of the `.venv` (Babel is locked there). A catalogue that does not parse,
or a translation that lost a placeholder of its sentence, stops set-up with its file and line.
"""

import string
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from app.kit.words import COMPILED

LOCALES = Path(__file__).resolve().parents[1] / "resources" / "locale"


def main(locales: Path = LOCALES) -> int:
    """Compile all catalogues; prints what is wrong and gives 1 when something is."""
    wrong: list[str] = []
    for language in sorted(path for path in locales.iterdir() if path.is_dir()):
        whole = Catalog(locale=language.name)
        for source in sorted(language.glob("*.po")):
            try:
                catalogue = read(source)
            except PoFileError as error:
                wrong.append(f"{source}: {error}")
                continue
            wrong += [f"{source}:{problem}" for problem in problems_of(catalogue)]
            for message in catalogue:
                if message.id:
                    whole.add(message.id, message.string)
        _write(whole, language / COMPILED)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def read(source: Path) -> Catalog:
    """Read one .po file; raises PoFileError where it does not parse."""
    with source.open("rb") as file:
        return read_po(file, locale=source.parent.name, abort_invalid=True)


def problems_of(catalogue: Catalog) -> list[str]:
    """Name translations that are empty or whose placeholders differ from their sentence's."""
    return [
        f"{message.lineno}: {problem}"
        for message in catalogue
        if message.id
        for problem in _problems(message)
    ]


def placeholders(text: str) -> set[str]:
    """Give the names in braces; raises ValueError for a brace that does not close."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _problems(message: Message) -> list[str]:
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    said = [message.string] if isinstance(message.string, str) else list(message.string or ())
    if not said or not all(said) or message.fuzzy:
        return [f"{ids[0]!r} is not translated"]
    wanted = set().union(*(placeholders(text) for text in ids))
    return [
        f"{text!r} has {sorted(placeholders(text))}, its sentence has {sorted(wanted)}"
        for text in said
        if placeholders(text) != wanted
    ]


def _write(catalogue: Catalog, target: Path) -> None:
    """Write the compiled words whole or not at all."""
    coming = target.with_suffix(".coming")
    with coming.open("wb") as file:
        write_mo(file, catalogue)
    coming.replace(target)


if __name__ == "__main__":
    sys.exit(main())
