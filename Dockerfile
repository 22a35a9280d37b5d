# The portal's image: web, worker, beat and the sandbox gateway are this image with different commands.
FROM python:3.11-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 STATE_DIR=/state
WORKDIR /portal
COPY requirements.txt constraints.txt ./
RUN pip install -r requirements.txt
COPY . .

RUN useradd --system --home-dir /state --create-home portal && chown portal /portal /portal/locale/*/LC_MESSAGES
USER portal
# Static files and translations belong to the image; describing them needs no server.
RUN SECRET_KEY=build DATABASE_URL=postgres://nowhere/none REDIS_URL=redis://nowhere python -m ops.fill --files

EXPOSE 8000
CMD ["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--no-ws", \
     "--workers", "2", "--blocking-threads", "8", "--respawn-failed-workers", "taxportal.wsgi:application"]
