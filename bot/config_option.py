"""The option ``--config`` that the commands share."""

from pathlib import Path

import click

CONFIG = click.option("--config", type=click.Path(path_type=Path), default=Path("config.yml"), show_default=True,
                      help="The configuration file.")  # fmt: skip
