"""Request body: what is read of it before anybody is identified, how fast it must come, how large a form may be.

A body of UNIDENTIFIED_BYTES at most is read at once, whoever sends it. Of a larger one nothing is, until the application
knows who it is from and answers BodyWanted: then it is read, file by file to the disk, and the application asked again. No
worker waits for a body.
"""

import io
import time

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, RequestTimeout
from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Request, Response

from chassis import green

UNIDENTIFIED_BYTES = 64 * 1024
BODY_SECONDS = 10
BODY_RATE = 64 * 1024  # bytes a second that what is longer has to keep up
MULTIPART = "multipart/form-data"


class BodyTooSlow(RequestTimeout):
    """A body did not arrive by its deadline."""


class BodyWanted(Response):
    """The answer of an application that knows who asks and takes the body: it is asked again when it is there."""


class BoundedForm(FormDataParser):
    """Forms with a bound on their fields, urlencoded ones too: each field costs time, however short it is."""

    def parse(self, stream, mimetype, content_length, options=None):
        """The form in `stream`; 413 when it has more than `max_form_parts` fields."""
        if mimetype == "application/x-www-form-urlencoded" and self.max_form_parts is not None:
            body = stream.read()
            if body.count(b"&") >= self.max_form_parts:
                raise RequestEntityTooLarge()
            stream = io.BytesIO(body)
        return super().parse(stream, mimetype, content_length, options)


class SiteRequest(Request):
    """A request that knows whether its body was read, and what was wrong with it then (`body_fault`)."""

    form_data_parser_class = BoundedForm
    received = False
    body_fault: HTTPException | None = None

    @property
    def is_large(self) -> bool:
        """Whether its body is more than is read of somebody unidentified."""
        return (self.content_length or 0) > UNIDENTIFIED_BYTES

    def receive(self) -> None:
        """Read the body: into memory, but the files of a large form to the disk as they come."""
        self.received = True
        try:
            if self.is_large and self.mimetype == MULTIPART:
                self._load_form_data()
            else:
                self.get_data()
        except HTTPException as error:
            self.body_fault = error


class PacedBody:
    """A body as it arrives: UNIDENTIFIED_BYTES within BODY_SECONDS, what is longer at BODY_RATE.

    Each read gives way to others, as a fast sender would otherwise keep the loop for as long as the body is.
    """

    def __init__(self, stream):
        self._stream, self._began, self._length = stream, None, 0

    def read(self, size: int = -1) -> bytes:
        return self._paced(self._stream.read, size)

    def readline(self, size: int = -1) -> bytes:
        return self._paced(self._stream.readline, size)

    def _paced(self, read, size: int) -> bytes:
        if self._began is None:
            self._began = time.monotonic()
        else:
            time.sleep(0)
        slow = BodyTooSlow("The request's body came too slowly.")
        left = self._began + self._seconds() - time.monotonic()
        if left <= 0:
            raise slow
        with green.Timeout(left, slow):
            data = read(size)
        self._length += len(data)
        return data

    def _seconds(self) -> float:
        return BODY_SECONDS + max(0, self._length - UNIDENTIFIED_BYTES) / BODY_RATE
