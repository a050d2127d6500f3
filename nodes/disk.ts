import { type InstalledFile, strict } from './install.ts'

/**
 * The data disk: LUKS2, AES-256 in XTS mode, opened by the machine's own TPM while Secure Boot is as it was at birth
 * (PCR 7). A disk that is taken out, or a machine that boots something else, shows nothing. The recovery key goes
 * to the secret manager, where the node may write it and not read it.
 */
const script = `${strict}. /etc/meridian/node.env

partition=/dev/disk/by-partlabel/meridian-data
volume=/dev/mapper/meridian-data
install -d -m 0700 /run/meridian

if ! cryptsetup isLuks "$partition"; then
  if [[ -n "$(blkid -o value -s TYPE "$partition" || true)" ]]; then
    echo "$partition holds data and is not encrypted: wipe it first (wipefs --all $partition)" >&2
    exit 1
  fi
  key=/run/meridian/disk.key
  trap 'rm -f "$key" /run/meridian/recovery' EXIT
  head -c 64 /dev/urandom > "$key"
  cryptsetup luksFormat --batch-mode --type luks2 --cipher aes-xts-plain64 --key-size 512 \\
    --pbkdf argon2id --key-file "$key" "$partition"
  systemd-cryptenroll --unlock-key-file="$key" --tpm2-device=auto --tpm2-pcrs=7 "$partition"
  systemd-cryptenroll --unlock-key-file="$key" --recovery-key "$partition" > /run/meridian/recovery
  aws secretsmanager put-secret-value --secret-id "sites/$CLUSTER/node/$NODE/disk-recovery" \\
    --secret-string file:///run/meridian/recovery > /dev/null
  systemd-cryptenroll --unlock-key-file="$key" --wipe-slot=password "$partition"
fi

if [[ ! -e "$volume" ]]; then
  echo 'meridian-data PARTLABEL=meridian-data - luks,tpm2-device=auto,headless=true' > /etc/crypttab
  systemctl daemon-reload
  systemctl start 'systemd-cryptsetup@meridian\\x2ddata.service'
fi
if [[ -z "$(blkid -o value -s TYPE "$volume" || true)" ]]; then
  mkfs.ext4 -q -L meridian-data "$volume"
fi

# What Kubernetes writes lies on the encrypted disk: state, images, volumes, logs.
add() {
  grep -qF " $2 " /etc/fstab || echo "$1 $2 $3 0 0" >> /etc/fstab
  install -d -m 0755 "$2"
  mountpoint -q "$2" || mount "$2"
}
add "$volume" /var/lib/meridian 'ext4 noatime,x-systemd.device-timeout=60s'
for directory in /var/lib/rancher /var/lib/kubelet /var/log/pods /var/log/kubernetes; do
  install -d -m 0755 "/var/lib/meridian$directory"
  add "/var/lib/meridian$directory" "$directory" 'none bind'
done
swapoff --all
`

export const disk: readonly InstalledFile[] = [
  { path: 'disk/meridian-disk', target: '/usr/local/sbin/meridian-disk', mode: '0755', content: script },
]
