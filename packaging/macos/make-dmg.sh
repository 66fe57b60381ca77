#!/bin/sh
# make-dmg.sh APP OUT.dmg   sign Imgvar.app, put it into a disk image, and have Apple notarise it. On macOS.
#
# IMGVAR_CODESIGN_IDENTITY   "Developer ID Application: …", in a keychain that is open; also for freeze.py, which signs
#                            what is within. Always the same one: another identity, and the keychain asks for every key
#                            again. Without it the image is unsigned: it opens by "Open Anyway" alone, and keeps no keys.
# IMGVAR_NOTARY_PROFILE      what `xcrun notarytool store-credentials NAME` was told; without it nothing is notarised
set -eu

[ $# = 2 ] || { sed -n '2s/^# //p' "$0" >&2; exit 2; }
[ "$(uname)" = Darwin ] || { echo "This needs macOS." >&2; exit 3; }
app=$1
image=$2
here=$(cd "$(dirname "$0")" && pwd)
identity=${IMGVAR_CODESIGN_IDENTITY:-}
profile=${IMGVAR_NOTARY_PROFILE:-}

if [ -n "$identity" ]; then
  codesign --force --options runtime --timestamp --entitlements "$here/entitlements.plist" --sign "$identity" "$app"
  codesign --verify --deep --strict --verbose=2 "$app"
else
  echo "Not signed: IMGVAR_CODESIGN_IDENTITY is not set." >&2
fi

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
# ditto keeps what a signature covers: links, permissions and extended attributes.
ditto "$app" "$stage/Imgvar.app"
ln -s /Applications "$stage/Applications"
rm -f "$image"
hdiutil create -quiet -volname Imgvar -fs HFS+ -format UDZO -srcfolder "$stage" "$image"

if [ -n "$identity" ]; then
  codesign --force --timestamp --sign "$identity" "$image"
fi
if [ -n "$identity" ] && [ -n "$profile" ]; then
  xcrun notarytool submit "$image" --keychain-profile "$profile" --wait
  xcrun stapler staple "$image"
  spctl --assess --type open --context context:primary-signature --verbose=2 "$image"
else
  echo "Not notarised: it takes IMGVAR_CODESIGN_IDENTITY and IMGVAR_NOTARY_PROFILE." >&2
fi
echo "$image"
