import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { DEBIAN_KEYRING, aptCandidate, aptInstall, aptUpdate, isDebian } from './apt.mjs';
import { findCommand, run } from './exec.mjs';
import { say } from './say.mjs';
import { Unmet } from './unmet.mjs';

/** The package would replace a bundle that came otherwise, and with it what this machine trusts. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** Of the packages with ZooKeeper the one that does not install a desktop along with it. */
const ZOOKEEPER = '/usr/share/java/zookeeper.jar';

/** Commands and files that the sandbox may need, and the Debian packages that have them. */
const PACKAGES = {
  [CERTIFICATES]: 'ca-certificates',
  [DEBIAN_KEYRING]: 'debian-archive-keyring',
  [ZOOKEEPER]: 'libzookeeper-java',
  apparmor_parser: 'apparmor',
  containerd: 'containerd',
  curl: 'curl',
  debootstrap: 'debootstrap',
  docker: 'docker.io',
  'docker-compose': 'docker-compose',
  'docker-registry': 'docker-registry',
  dockerd: 'docker.io',
  emacs: 'emacs-nox',
  etcd: 'etcd-server',
  fish: 'fish',
  ip: 'iproute2',
  iptables: 'iptables',
  java: 'default-jre-headless',
  mount: 'mount',
  openssl: 'openssl',
  ps: 'procps',
  ssh: 'openssh-client',
  tcsh: 'tcsh',
  strace: 'strace',
  tmux: 'tmux',
  zsh: 'zsh',
};

/** @typedef {keyof typeof PACKAGES} Command A command in the PATH, or an absolute file name. */

/** Services that a package would start and enable, of which tests only need the program. */
const SERVICES = { 'etcd-server': 'etcd', 'docker-registry': 'docker-registry' };

/** There where systemd runs. (sd_booted(3)) */
const SYSTEMD = '/run/systemd/system';

/** Answers whether a package may start its service. */
const POLICY = '/usr/sbin/policy-rc.d';

/** A private Docker Engine. */
export const FOR_ENGINE = /** @type {const} */ ([
  'dockerd',
  'containerd',
  'iptables',
  'ip',
  'mount',
]);

/** Images made from Debian's packages. */
export const FOR_IMAGES = /** @type {const} */ (['debootstrap', CERTIFICATES]);

/**
 * A real terminal, the shells that `swarmctl env` speaks, the way to servers, a second opinion on
 * certificates, what a program opens, and stores and a registry that tests run themselves or make
 * images of.
 */
export const FOR_TESTS = /** @type {const} */ ([
  ...['openssl', 'curl', 'ps', 'ssh', 'strace', 'tmux', 'etcd', 'java', 'docker-registry'],
  ...['zsh', 'fish', 'tcsh', 'emacs', 'docker-compose'],
  ZOOKEEPER,
  DEBIAN_KEYRING,
]);

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
  await withoutServices(lacking, () => aptInstall(client ? [...lacking, 'docker-cli'] : lacking));

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
  if (command.startsWith('/')) return existsSync(command);
  return (await findCommand(command)) !== undefined;
}

/**
 * Installs packages so that nothing of SERVICES is started, now or at the next boot: Debian's packages
 * ask policy-rc.d whether they may, and enable their service whatever it says.
 *
 * @param {readonly string[]} packages
 * @param {() => Promise<void>} install
 */
async function withoutServices(packages, install) {
  const services = Object.entries(SERVICES).flatMap(([name, service]) =>
    packages.includes(name) ? [service] : [],
  );
  if (services.length === 0) return install();
  const names = services.flatMap((service) => [service, `${service}.service`]).join('|');
  const policy = `#!/bin/sh\n# Of swarmctl's tests\ncase "$1" in ${names}) exit 101 ;; esac\n`;
  // Without an init system nothing is started as long as there is no policy; one that refuses a few
  // services would let all others start. Where somebody has one already it stays.
  const own =
    existsSync(SYSTEMD) &&
    (await writeFile(POLICY, policy, { flag: 'wx', mode: 0o755 }).then(
      () => true,
      () => false,
    ));
  try {
    await install();
    for (const service of services) {
      // Either may not be there, or not know it.
      await run('systemctl', ['disable', `${service}.service`]);
      await run('update-rc.d', [service, 'disable']);
    }
  } finally {
    if (own) await rm(POLICY, { force: true });
  }
}

/** Where the kernel enforces AppArmor, Docker starts no container without its parser. */
async function hasAppArmor() {
  const enabled = await readFile('/sys/module/apparmor/parameters/enabled', 'utf8').catch(() => '');
  return enabled.startsWith('Y');
}
