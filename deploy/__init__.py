"""What is deployed with the services: Docker, nginx, PostgreSQL, RabbitMQ."""
