#!/bin/sh
# Set up what Koe needs:  tools/setup.sh [--again] app|test|gpu
#
#   app    .venv with the packages of requirements.txt, and FluidSynth
#   test   the same with requirements-dev.txt, Chromium, and PostgreSQL's server
#   gpu    the same as app with requirements-gpu.txt
#
# FluidSynth, Chromium and PostgreSQL come from the system's package manager if this user
# is root or may use sudo without a password; otherwise Koe does without them.
# KOE_SYSTEM_PACKAGES=no leaves the system alone in any case. A stamp in .venv
# remembers what was set up, so that next time nothing is done; --again does
# it anyway. Plain sh, for it must run before there is anything else.
set -eu
cd "$(dirname "$0")/.."

again=no
if [ "${1:-}" = --again ]; then again=yes; shift; fi
what=${1:-app}
case $what in
    app) requirements=requirements.txt ;;
    test) requirements=requirements-dev.txt ;;
    gpu) requirements=requirements-gpu.txt ;;
    *) echo "koe: tools/setup.sh takes app, test or gpu, not $what" >&2; exit 2 ;;
esac
log=.venv/setup.log
system_log=/dev/null  # until there is a .venv
stamp=.venv/koe-$what.stamp

say() { echo "koe: $*" >&2; }
fail() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# --- the system's packages ---------------------------------------------------

have_chromium() { have chromium || have chromium-browser || have google-chrome; }

# Print the command with which this user may become root: nothing for root
# itself, false if there is none.
as_root() {
    [ "${KOE_SYSTEM_PACKAGES:-yes}" != no ] || return 1
    if [ "$(id -u)" = 0 ]; then return 0; fi
    have sudo && sudo -n true 2>/dev/null && echo "sudo -n"
}

# system_install PACKAGE...: install them if that is allowed, quietly.
# What apt knows may be missing or old, so it is refreshed when a first try fails.
system_install() {
    if have brew; then brew install --quiet "$@" >>"$system_log" 2>&1 </dev/null; return; fi
    root=$(as_root) || return 1
    say "installing $* with the system's package manager"
    if have apt-get; then
        apt="$root env DEBIAN_FRONTEND=noninteractive timeout 900 apt-get -qq"
        apt="$apt -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2 -o Acquire::http::Timeout=30"
        $apt install -y --no-install-recommends "$@" >>"$system_log" 2>&1 </dev/null && return
        $apt update >>"$system_log" 2>&1 </dev/null || true
        $apt install -y --no-install-recommends "$@" >>"$system_log" 2>&1 </dev/null
    elif have dnf; then
        $root dnf install -y -q "$@" >>"$system_log" 2>&1 </dev/null
    elif have pacman; then
        $root pacman -S --noconfirm --needed "$@" >>"$system_log" 2>&1 </dev/null
    else
        return 1
    fi
}

install_fluidsynth() {
    have fluidsynth && return
    if have brew; then system_install fluid-synth; else system_install fluidsynth; fi || true
}

have_postgres() { have initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }

install_postgres() {
    have_postgres || have brew || system_install postgresql || true
}

install_chromium() {
    have_chromium || have brew || system_install chromium || true
}

# What is still missing, one line each; the rest works without it.
say_what_is_missing() {
    have fluidsynth ||
        say "FluidSynth is missing and could not be installed: the built-in synthesizer plays (to have it: install the system package fluidsynth)"
    [ "$what" != test ] || have_chromium ||
        say "Chromium is missing and could not be installed: the tests in a browser are skipped (to have it: install the system package chromium)"
    [ "$what" != test ] || have_postgres ||
        say "PostgreSQL is missing and could not be installed: the gallery is tested on SQLite alone (to have it: install the system package postgresql)"
}

# --- Python ------------------------------------------------------------------

# Print the first Python that TensorFlow has a wheel for and that can make an
# environment (Debian keeps that part in python3-venv).
find_python() {
    for python in ${KOE_PYTHON:-python3.11 python3.12 python3.13 python3}; do
        if "$python" -c 'import sys, venv, ensurepip; assert (3, 11) <= sys.version_info < (3, 14)' 2>/dev/null; then
            echo "$python"
            return
        fi
    done
    return 1
}

make_environment() {
    if [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip, sys; assert sys.version_info >= (3, 11)' 2>/dev/null; then
        return
    fi
    if ! python=$(find_python); then
        if have apt-get; then system_install python3-venv || true; fi
        python=$(find_python) ||
            fail "Python 3.11, 3.12 or 3.13 with venv is needed (on Debian: apt-get install python3-venv)"
    fi
    say "making the environment .venv with $("$python" --version)"
    "$python" -m venv --clear .venv || fail "$python could not make an environment in .venv"
}

# Run pip with its talk in the log; on failure show the last errors.
pip_install() {
    # Large wheels are unpacked beside where they go, for /tmp can be small.
    mkdir -p .venv/tmp
    TMPDIR=$PWD/.venv/tmp PIP_DISABLE_PIP_VERSION_CHECK=1 \
        .venv/bin/python -m pip install --no-compile --no-input "$@" >>"$log" 2>&1 </dev/null || return 1
}

install_python_packages() {
    say "installing the Python packages of $requirements (the first time about 1 GB to download, 3 GB on disk; some minutes)"
    if ! pip_install -r "$requirements"; then
        grep -E '^ERROR|No space left|rror:' "$log" | tail -n 3 >&2
        fail "the Python packages could not be installed; is there a network? All that pip said is in $log"
    fi
    pip_install --no-deps --only-binary=:all: -r requirements-embedded.txt ||
        say "the built-in synthesizer (tinysoundfont) has no ready package for this machine: without FluidSynth, a simpler sound plays"
    pip_install --no-deps --only-binary=:all: -r requirements-sound.txt ||
        say "what hears recordings (basic-pitch, onnxruntime) could not be installed: Koe works without Hum or play"
    pip_install --no-deps -e . ||
        say "the command koe could not be installed in .venv; .venv/bin/python -m koe does the same"
    # Importing TensorFlow takes 14 s from source and 4 s from bytecode, and where
    # PYTHONDONTWRITEBYTECODE is set Python would never write any.
    .venv/bin/python -m compileall -q -j 0 -x '/tests?/' .venv/lib/python3*/site-packages koe pages app.py >/dev/null 2>&1 || true
    rm -rf .venv/tmp
}

# The piano ships compressed; a synthesizer wants it as it sounds.
unpack_piano() {
    mkdir -p .venv/koe-cache
    KOE_CACHE=$PWD/.venv/koe-cache .venv/bin/python -m koe.audio.grand >>"$log" 2>&1 ||
        say "the piano could not be unpacked beforehand (320 MB of disk): the first sounds take some seconds longer"
}

# Streamlit's scripts as few bytes, so that nothing is packed while somebody waits.
pack_pages() {
    mkdir -p .venv/koe-cache
    KOE_CACHE=$PWD/.venv/koe-cache .venv/bin/python -m koe.web.serving.front.packing >>"$log" 2>&1 ||
        say "the pages' files could not be packed beforehand: the first visitor waits a second longer"
}

# --- all of it ---------------------------------------------------------------

key=$(cat requirements*.txt constraints.txt pyproject.toml tools/setup.sh assets/soundfonts/README.md | cksum)
leave_if_done() {
    if [ "$again" = no ] && [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$key" ]; then
        say_what_is_missing
        exit 0
    fi
}

leave_if_done
# One set-up at a time. The lock is on this very file, and pip inherits it: if
# this script is killed, the next one waits for the pip that it left behind.
if have flock; then
    exec 9<tools/setup.sh
    if ! flock -n 9; then
        say "waiting for another set-up to end"
        flock 9
        leave_if_done
    fi
fi

make_environment
system_log=$log
: >"$log"
install_fluidsynth 9<&-  # what the system may start is not to keep the lock
[ "$what" != test ] || install_chromium 9<&-
[ "$what" != test ] || install_postgres 9<&-
install_python_packages
unpack_piano
pack_pages
echo "$key" >"$stamp"
# What the tests or the GPU need includes what the app needs.
[ "$what" = app ] || echo "$key" >.venv/koe-app.stamp
say_what_is_missing
say "set up"
