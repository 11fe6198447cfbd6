import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { aptCandidate, aptInstall, aptUpdate, isDebian } from './apt.mjs';
import { findCommand } from './exec.mjs';
import { say } from './say.mjs';
import { Unmet } from './unmet.mjs';

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** Commands, and one file, that the sandbox may need, and the Debian packages that have them. */
const PACKAGES = {
  apparmor_parser: 'apparmor',
  certificates: 'ca-certificates',
  containerd: 'containerd',
  curl: 'curl',
  debootstrap: 'debootstrap',
  docker: 'docker.io',
  dockerd: 'docker.io',
  fish: 'fish',
  ip: 'iproute2',
  iptables: 'iptables',
  mount: 'mount',
  openssl: 'openssl',
  ps: 'procps',
  tmux: 'tmux',
  zsh: 'zsh',
};

/** @typedef {keyof typeof PACKAGES} Command */

/** A private Docker Engine. */
export const FOR_ENGINE = /** @type {const} */ ([
  'dockerd',
  'containerd',
  'iptables',
  'ip',
  'mount',
]);

/** Images made from Debian's packages. */
export const FOR_IMAGES = /** @type {const} */ (['debootstrap', 'certificates']);

/** A real terminal, the shells that `swarmctl env` speaks, and a second opinion on certificates. */
export const FOR_TESTS = /** @type {const} */ (['openssl', 'curl', 'ps', 'tmux', 'zsh', 'fish']);

/**
 * Installs what is missing, and only that.
 *
 * @param {readonly Command[]} commands
 */
export async function ensureCommands(commands) {
  const wanted =
    commands.includes('dockerd') && (await hasAppArmor())
      ? /** @type {Command[]} */ ([...commands, 'apparmor_parser'])
      : commands;
  const missing = await withoutInstalled(wanted);
  if (missing.length === 0) return;

  const lacking = [...new Set(missing.map((command) => PACKAGES[command]))];
  if (!(await isDebian())) {
    throw new Unmet(`please install ${missing.join(', ')}: only on Debian this happens by itself`);
  }
  if (process.getuid?.() !== 0) {
    throw new Unmet(
      `packages are missing; run this first: sudo apt-get install ${lacking.join(' ')}`,
    );
  }
  say(`  installing ${lacking.join(', ')}`);
  await aptUpdate();
  // From Debian 13 on the command line client is a package of its own.
  const client = missing.includes('docker') && (await aptCandidate('docker-cli')) !== undefined;
  await aptInstall(client ? [...lacking, 'docker-cli'] : lacking);

  const still = await withoutInstalled(wanted);
  if (still.length > 0) throw new Unmet(`after installing, ${still.join(', ')} is still missing`);
}

/** @param {readonly Command[]} commands */
async function withoutInstalled(commands) {
  const found = await Promise.all(commands.map(isInstalled));
  return commands.filter((_, index) => !found[index]);
}

/** @param {Command} command */
async function isInstalled(command) {
  // The package would replace a bundle that came otherwise, and with it what this machine trusts.
  if (command === 'certificates') return existsSync(CERTIFICATES);
  return (await findCommand(command)) !== undefined;
}

/** Where the kernel enforces AppArmor, Docker starts no container without its parser. */
async function hasAppArmor() {
  const enabled = await readFile('/sys/module/apparmor/parameters/enabled', 'utf8').catch(() => '');
  return enabled.startsWith('Y');
}
