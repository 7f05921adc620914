"""The gateway as a Nameko service: every HTTP request is a worker with a way to call the services."""

from nameko.extensions import DependencyProvider

from chassis.calls import CallsProvider
from chassis.web import serve
from gateway.admission import Admission
from gateway.application import Application


class Site(DependencyProvider):
    """`self.application`: the one application of this process."""

    def setup(self):
        self._application = Application(self.container.config["settings"])

    def get_dependency(self, worker_ctx):
        return self._application


class Gateway:
    """HTTP in, RPC out; no data of its own."""

    name = "gateway"

    application = Site()
    calls = CallsProvider()

    @serve(Admission)
    def site(self, request):
        return self.application.respond(request, self.calls)
