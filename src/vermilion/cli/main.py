"""The ``vermilion`` command: finds the subcommand's module, and turns errors into sentences and exit statuses."""

from __future__ import annotations

import argparse
import ast
import errno
import gc
import os
import pkgutil
import shutil
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError
from vermilion.base.stack import roomy

from . import commands, language, loading

EXIT_TOLD = 1
EXIT_USAGE = 64
EXIT_INTERNAL = 70
EXIT_INTERRUPTED = 130


class FileTrouble(VermilionError):
    """A file or folder that the operator named, or the disk below it, cannot be used."""

    code = "file_trouble"
    hint = _("检查路径、权限和剩余空间，然后再试一次。")


class Parser(argparse.ArgumentParser):
    """argparse with the exit status of a usage error that design §5 fixes."""

    def error(self, message: str) -> NoReturn:
        """Print usage and ``message``, exit 64."""
        self.print_usage(sys.stderr)
        self.exit(EXIT_USAGE, f"{self.prog}: {message}\n")


def names() -> list[str]:
    """Return every subcommand."""
    return sorted(module.name for module in pkgutil.iter_modules(commands.__path__))


def main(argv: list[str] | None = None) -> int:
    """Run one subcommand and return the exit status; never shows a stack trace without ``--debug``."""
    if argv is None:
        # structlog would load it, where tools of development have brought it along, for traces in colour that nobody is shown here.
        sys.modules.setdefault("rich", None)  # type: ignore[arg-type]
    try:
        return _answer(sys.argv[1:] if argv is None else argv)
    finally:
        if argv is None:
            # The process ends now. The interpreter would look through everything once more, which takes half a second with the
            # platform loaded, and a supervisor waits for several processes one after another.
            gc.freeze()


@roomy
def _answer(arguments: list[str]) -> int:
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    try:
        return _dispatch(arguments)
    except VermilionError as error:
        _tell(error, debug)
        return EXIT_TOLD
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has gone; what Python would flush at exit has nowhere to go either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_TOLD
    except Exception as error:
        if trouble := _database_trouble(error) or _file_trouble(error):
            _tell(trouble, debug)
            return EXIT_TOLD
        print(f"vermilion: internal error: {type(error).__name__} (run again with --debug for the details)", file=sys.stderr)
        if debug:
            traceback.print_exception(error)
        return EXIT_INTERNAL


def _database_trouble(error: Exception) -> VermilionError | None:
    """Return the sentence for a database that does not answer. Raised by name: most commands never load Django's or psycopg's."""
    known = ("OperationalError", "InterfaceError", "PoolTimeout", "ConnectorException")  # Django's, psycopg's and Procrastinate's
    if type(error).__name__ in known and type(error).__module__.startswith(("django.db", "psycopg", "procrastinate")):
        from vermilion.base.database.errors import DatabaseUnavailable

        return DatabaseUnavailable()
    return None


def _file_trouble(error: Exception) -> FileTrouble | None:
    """Return the sentence for an error of the file system; None when it is another kind."""
    if isinstance(error, shutil.Error) and error.args and isinstance(error.args[0], list):
        _source, path, reason = error.args[0][0]  # a copied tree: one reason for each file, the first tells enough
    elif isinstance(error, OSError) and (error.filename is not None or error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS)):
        path, reason = error.filename, error.strerror
    else:
        return None
    if path is None:
        return FileTrouble(format_lazy(_("不能写文件：{reason}。"), reason=reason))
    return FileTrouble(format_lazy(_("不能读写 {path}：{reason}。"), path=path, reason=reason))


def _dispatch(arguments: list[str]) -> int:
    known = names()
    if not arguments or arguments[0] in ("-h", "--help"):
        _help(known)
        return 0 if arguments else EXIT_USAGE
    name = arguments[0]
    if name == "--version":
        from importlib.metadata import version

        print(f"vermilion {version('vermilion')}")
        return 0
    if name not in known:
        print(f"vermilion: no such command: {name}; try: {' '.join(known)}", file=sys.stderr)
        return EXIT_USAGE
    module = _load(name)
    parser = Parser(prog=f"vermilion {name}", description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.epilog = "--debug shows the stack trace of an error."
    module.add_arguments(parser)
    return int(module.run(parser.parse_args(arguments[1:])))


def _load(name: str) -> Any:
    with loading.keeping_all():
        return import_module(f"{commands.__name__}.{name}")


def _help(known: list[str]) -> None:
    print("usage: vermilion COMMAND [options]\n\nVermilion (朱印): electronic signing of insurance policies.\n\ncommands:")
    for name in known:
        print(f"  {name:<10} {_summary(name)}")
    print("\n'vermilion COMMAND --help' tells more. Settings come from the environment; see docs/operator.md.")


def _summary(name: str) -> str:
    """Return the first line of a subcommand's docstring, read and not imported: some load most of the platform, for seconds."""
    source = Path(commands.__path__[0], f"{name}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").split("\n", 1)[0]


def _tell(error: VermilionError, debug: bool) -> None:
    language.prepare()
    print(f"vermilion: {error.message}", file=sys.stderr)
    for field, sentence in error.fields.items():
        print(f"  {field}: {sentence}", file=sys.stderr)
    if error.hint:
        print(f"  {error.hint}", file=sys.stderr)
    if debug:
        traceback.print_exception(error)


if __name__ == "__main__":
    sys.exit(main())
