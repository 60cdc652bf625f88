# Koe in a container:
#
#     docker build -t koe .
#     docker run --rm -p 8501:8501 --memory 3g koe
#
# The packages are installed before the code is copied, so that a change of
# the code builds in seconds. Nothing is fetched when it runs.
FROM python:3.11-slim-bookworm

# FluidSynth plays; tini is the container's first process and passes signals on.
RUN apt-get update \
    && apt-get install -y --no-install-recommends fluidsynth tini \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/koe
COPY requirements.txt requirements-postgres.txt requirements-embedded.txt requirements-sound.txt constraints.txt ./
RUN pip install --no-cache-dir --no-compile -r requirements.txt -r requirements-postgres.txt \
    && pip install --no-cache-dir --no-compile --no-deps --only-binary=:all: -r requirements-embedded.txt \
        -r requirements-sound.txt

COPY .streamlit .streamlit
COPY assets assets
COPY koe koe
COPY pages pages
COPY app.py LICENSE ./

# Bytecode now, since the user that Koe runs as may not write here: TensorFlow
# takes 4 s to import with it, 14 s without.
RUN python -m compileall -q -j 0 -x '/tests?/' /usr/local/lib/python3.11/site-packages koe pages app.py || true
# The piano ships compressed; unpacked once it takes 320 MB.
RUN mkdir -p /usr/local/koe-cache && KOE_CACHE=/usr/local/koe-cache python -m koe.audio.grand
# Streamlit's scripts in as few bytes as can be.
RUN KOE_CACHE=/usr/local/koe-cache python -m koe.web.serving.front.packing
RUN useradd --system --create-home --home-dir /var/lib/koe koe
USER koe

ENV TF_CPP_MIN_LOG_LEVEL=3 \
    OPENBLAS_NUM_THREADS=1 \
    PYTHONUNBUFFERED=1
EXPOSE 8501
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
ENTRYPOINT ["tini", "--"]
CMD ["python", "-m", "koe.web.serving", "--host", "0.0.0.0", "--port", "8501"]
