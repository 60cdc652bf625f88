#!/bin/sh
# Koe's page for exhibitions on the whole screen, in a Chromium that shows nothing else and keeps nothing.
#
#     sudo install docs/operating/koe-kiosk.sh /usr/local/bin/koe-kiosk
#
# KOE_KIOSK_ADDRESS  the page, http://localhost:8501/kiosk unless set
# KOE_KIOSK_PROFILE  a folder for the browser's profile, such as one that may use MIDI keyboards; else a fresh one
# KOE_KIOSK_BROWSER  chromium unless set

address=${KOE_KIOSK_ADDRESS:-http://localhost:8501/kiosk}
profile=${KOE_KIOSK_PROFILE:-$(mktemp -d)}
[ -n "$KOE_KIOSK_PROFILE" ] || trap 'rm -rf "$profile"' EXIT
trap 'kill "$browser" 2>/dev/null' TERM INT

# A page that is not there yet would leave the browser's own error on the screen.
until curl -sf --max-time 5 -o /dev/null "$address"; do sleep 2; done

"${KOE_KIOSK_BROWSER:-chromium}" --kiosk --user-data-dir="$profile" --no-first-run --noerrdialogs \
  --autoplay-policy=no-user-gesture-required --hide-crash-restore-bubble --disable-infobars \
  --disable-translate --disable-features=Translate,TouchpadOverscrollHistoryNavigation \
  --overscroll-history-navigation=0 --disable-pinch --touch-events=enabled \
  --check-for-update-interval=31536000 --disable-component-update --disable-background-networking \
  --password-store=basic $KOE_KIOSK_FLAGS "$address" &
browser=$!
wait "$browser"
wait "$browser" # once more where a signal ended the first wait: its profile is removed after it
