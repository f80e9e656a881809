# Citera in a container: a user of its own, and nothing that it writes but /data, so that the rest can be read-only.
#
#   docker build -t citera .                   or: docker compose up --build
#   docker build --build-arg PIP_EXTRA_INDEX_URL=...    where pip finds torch without CUDA, for a smaller image
FROM python:3.11-slim AS build
ARG PIP_EXTRA_INDEX_URL=
WORKDIR /build
RUN python -m venv /opt/citera
COPY . .
RUN /opt/citera/bin/pip install --no-cache-dir --constraint requirements.lock '.[openai,ollama,otel]'

FROM python:3.11-slim
RUN useradd --uid 10001 --no-create-home --home-dir /data citera && install --directory --owner citera --group citera /data
COPY --from=build /opt/citera /opt/citera
ENV PATH=/opt/citera/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    CITERA_HOME=/data/home \
    CITERA_CACHE=/data/cache
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/livez', timeout=4)"]
ENTRYPOINT ["citera"]
CMD ["serve", "--host", "0.0.0.0", "--port", "7860"]
