# The shop's one image; what a container is for, its command says: see deploy/compose.yaml.

FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.txt /shop/
RUN /venv/bin/pip install --quiet -r /shop/requirements.txt
COPY . /shop/
WORKDIR /shop
# Addresses, so that no server is started just to collect files.
RUN DATABASE_URL=postgres://unused REDIS_URL=redis://unused STATIC_MANIFEST=true \
    /venv/bin/python manage.py collectstatic --no-input --verbosity 0

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /shop shop
COPY --from=build /venv /venv
COPY --from=build /shop /shop
WORKDIR /shop
# Volumes take over who owns the folders that they are mounted on.
RUN mkdir -p var/media var/lake var/recommendations var/sandbox && chown -R shop var
USER shop
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=shop.settings HOST=0.0.0.0 STATIC_MANIFEST=true
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/livez', timeout=5)"]
CMD ["python", "-m", "granian", "--interface", "wsgi", "shop.wsgi:application", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "8", "--backlog", "2048", "--respawn-failed-workers", "--workers-kill-timeout", "8", "--log-level", "error", "--static-path-route", "/media", "--static-path-mount", "/shop/var/media"]
