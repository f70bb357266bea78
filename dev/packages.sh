#!/bin/sh
# Install Debian packages for development, as root: dev/packages.sh PACKAGE...
# Their services are neither started nor switched on, and PostgreSQL's package makes no cluster of its own:
# this repository runs its own servers, and the machine's ports stay free.
set -eu
export DEBIAN_FRONTEND=noninteractive

policy=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.d
no_cluster=$clusters/l10n_co_einvoice_mail.conf
made_policy=

restore() {
    [ -z "$made_policy" ] || rm -f "$policy"
    rm -f "$no_cluster"
    rmdir --ignore-fail-on-non-empty "$clusters"
}
trap restore EXIT
trap 'exit 130' INT TERM HUP

if [ ! -e "$policy" ]; then
    made_policy=yes
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi
mkdir -p "$clusters"
echo 'create_main_cluster = false' >"$no_cluster"

had_dovecot=$(dpkg-query -W -f '${db:Status-Status}' dovecot-core 2>/dev/null || true)
# A source of somebody else's that does not answer must not stop Debian's own.
apt-get update || echo "Going on with the package lists that are here." >&2
apt-get install -y --no-install-recommends "$@" </dev/null
if [ "$had_dovecot" != installed ] && [ -d /run/systemd/system ]; then
    systemctl disable dovecot.socket dovecot.service || true
fi
