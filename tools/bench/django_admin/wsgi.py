"""The server's entry: Django is set up before its addresses are read."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
