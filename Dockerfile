FROM python:3.13-slim AS packages
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary=:all: -r requirements.txt

FROM python:3.13-slim
# Fonts for the papers; PDF needs nothing else of the system.
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin portal
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DEBUG=0 HOME=/tmp
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
# The static files belong to the image. The keys named here serve this one command and stay in no layer.
RUN STATIC_DIR=/app/static-files DEMO=1 SECRET_KEY=build FIELD_KEY=build AUDIT_KEY=build \
      python manage.py collectstatic --noinput --verbosity 0 \
    && mkdir -p /app/var /app/media /app/audit-heads && chown portal /app/var /app/media /app/audit-heads
ENV STATIC_DIR=/app/static-files
USER portal
VOLUME /app/var
EXPOSE 8000
CMD ["python", "-m", "launch.container"]
