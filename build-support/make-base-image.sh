#!/usr/bin/env bash
# Makes sure of debian:bookworm-slim, on which all images stand: there already, pulled, or else made from Debian's packages.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

image=debian:bookworm-slim
# What a pull takes, of September 2026; Dockerfiles know it by its tag alone, since it may be made here as well.
digest=sha256:3783cc01769c7b2b1b83a5c5ad96c815348e28ed7da68e2e3687004faa906251
own_certificates=/usr/local/share/ca-certificates

there() { docker image inspect "$image" >/dev/null 2>&1; }

# As Debian's slim images: without what only people read, but with the licences.
bootstrap() {
  local options=(--variant=minbase --include=ca-certificates --dpkgopt=force-unsafe-io)
  options+=(--include=usr-is-merged --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr) # else usrmerge comes, with Perl
  options+=(--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright')
  options+=(--dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*')
  if compgen -G "$own_certificates/*.crt" >/dev/null; then # a proxy's, say: what runs in a container meets it too
    options+=(--customize-hook="copy-in $own_certificates /usr/local/share")
    options+=(--customize-hook='chroot "$1" update-ca-certificates >/dev/null')
  fi
  timeout 600 mmdebstrap --quiet "${options[@]}" bookworm -
}

make_image() {
  there && return
  local pulled=${image%%:*}@$digest
  timeout 60 docker pull --quiet "$pulled" >/dev/null 2>&1 && docker tag "$pulled" "$image" && return
  say "$image can't be pulled; making it from Debian's packages"
  command -v mmdebstrap >/dev/null || { can_apt && apt_install mmdebstrap; } ||
    die "$image can't be pulled, and there is no mmdebstrap to make it with." \
      "'docker pull $image' from where it can be had, or run as root on Debian."
  # In two steps: an import of half a system would pass for the image.
  local root
  root=$(mktemp)
  if ! bootstrap >"$root" || ! docker import --change 'CMD ["bash"]' "$root" "$image" >/dev/null; then
    rm -f "$root"
    die "mmdebstrap could not make $image." "See its message above; it needs root and a Debian mirror."
  fi
  rm -f "$root"
}

with_lock base-image make_image
