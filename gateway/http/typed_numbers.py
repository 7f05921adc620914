"""Numbers as people type them into a form, read into the plain decimals that the services take.

The pages write plain decimals themselves, and these are read as what they are.
"""

from chassis.errors import field_problem
from chassis.types.written_numbers import TwoReadings, plain_number


def number(text: str, field: str, places: int) -> str:
    """What was typed into `field`, which holds up to `places` digits after its decimal mark, as a plain decimal.

    What is no number stays as it is, for its service to refuse. Raises 422 for what can be read in two ways.
    """
    try:
        return plain_number(text, places)
    except TwoReadings as error:
        raise field_problem(f"/{field}", str(error)) from error
