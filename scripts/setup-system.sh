#!/usr/bin/env bash
# Installs the system packages that the kernel, capture and terminal tests use (Debian and relatives). Run as root.
set -euo pipefail
if [ "$(id -u)" -ne 0 ]; then echo "setup-system: run as root: sudo npm run setup:system" >&2; exit 2; fi
need=()
have() { PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1; }
want() { have "$1" || need+=("$2"); }
want tcpdump tcpdump
want tshark tshark
want nft nftables
want iptables iptables
want ipset ipset
want ip iproute2
want tmux tmux
want zstd zstd
want python3 python3
want hping3 hping3
want bash bash
want mkfifo coreutils
want setpriv util-linux
want script bsdutils
want sshd openssh-server
want ssh openssh-client
want ssh-keygen openssh-client
want sudo sudo
want openssl openssl
want chromium chromium
if [ ${#need[@]} -eq 0 ]; then echo "setup-system: everything is there"; exit 0; fi
echo "setup-system: installing ${need[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -yq --no-install-recommends "${need[@]}"
