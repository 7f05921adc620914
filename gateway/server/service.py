"""The gateway as a Nameko service: every HTTP request is a worker with a way to call the services."""

from nameko.extensions import DependencyProvider

from chassis.http.site import serve
from chassis.rpc.client import CallsProvider
from gateway.live.feed import Live
from gateway.live.hub import HUB
from gateway.server.admission_control import Admission
from gateway.server.application import Application


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
    live = Live()

    @serve(Admission)
    def site(self, request):
        request.environ[HUB] = self.live
        return self.application.respond(request, self.calls)
