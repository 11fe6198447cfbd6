import { run, must, findCommand } from './exec.mjs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const NONINTERACTIVE = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
const RETRIES = ['-o', 'Acquire::Retries=3'];

/** Signs every suite of Debian; part of each Debian. */
export const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** @type {Promise<void> | undefined} */
let updated;

/** Fetches the package lists, once; a failing extra source is no reason to stop. */
export async function aptUpdate() {
  updated ??= run('apt-get', ['update', ...RETRIES], { env: NONINTERACTIVE }).then(() => undefined);
  return updated;
}

export async function isDebian() {
  return (await findCommand('apt-get')) !== undefined;
}

/** @param {readonly string[]} packages */
export async function aptInstall(packages) {
  await must(
    'apt-get',
    [
      'install',
      '-y',
      '--no-install-recommends',
      '-o',
      'DPkg::Lock::Timeout=120',
      ...RETRIES,
    ].concat(packages),
    { env: NONINTERACTIVE },
  );
}

/**
 * The version that would be installed, after fetching the lists if it is not known yet.
 *
 * @param {string} name
 * @param {readonly string[]} [options] Of `otherSuite`.
 * @returns {Promise<string | undefined>}
 */
export async function aptCandidate(name, options = []) {
  const known = await candidate(name, options);
  if (known !== undefined || options.length > 0) return known;
  await aptUpdate();
  return candidate(name, options);
}

/**
 * @param {string} name
 * @param {readonly string[]} options
 */
async function candidate(name, options) {
  const { stdout } = await run('apt-cache', [...options, 'policy', name], {
    env: { ...process.env, LC_ALL: 'C' },
  });
  const version = /^\s*Candidate: (\S+)$/m.exec(stdout)?.[1];
  return version === '(none)' ? undefined : version;
}

/**
 * Unpacks a package into a folder, without installing it: nothing of it gets started.
 *
 * @param {string} name
 * @param {{ into: string, temporary: string, options?: readonly string[] }} folders
 *   `options`: of `otherSuite`.
 */
export async function aptUnpack(name, { into, temporary, options = [] }) {
  const download = [...options, 'download', ...RETRIES, name];
  if ((await run('apt-get', download, { cwd: temporary })).code !== 0) {
    await aptUpdate();
    await must('apt-get', download, { cwd: temporary });
  }
  const archive = await must('find', [temporary, '-maxdepth', '1', '-name', `${name}_*.deb`]);
  await must('dpkg', ['-x', archive, into]);
}

/**
 * Fetches the package lists of a suite of Debian that this machine does not use.
 *
 * @param {string} suite
 * @param {string} folder Holds everything apt has to do with it.
 * @returns {Promise<string[]>} Options with which apt knows that suite and nothing else.
 */
export async function otherSuite(suite, folder) {
  const inFolder = (/** @type {string} */ name) => path.join(folder, name);
  await mkdir(inFolder('lists/partial'), { recursive: true });
  await mkdir(inFolder('cache/archives/partial'), { recursive: true });
  const source = `deb [signed-by=${DEBIAN_KEYRING}] ${(await debianRelease()).mirror} ${suite} main\n`;
  await writeFile(inFolder('sources.list'), source);
  await writeFile(inFolder('status'), '');
  const settings = {
    'Dir::Etc::SourceList': inFolder('sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::Etc::Preferences': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'Dir::State::Lists': inFolder('lists'),
    'Dir::State::status': inFolder('status'),
    'Dir::Cache': inFolder('cache'),
    'Acquire::Languages': 'none',
    // A mirror that stands still, or lags, serves a list of sid that has expired; it is still signed.
    'Acquire::Check-Valid-Until': 'false',
    // Another user may not enter a temporary folder.
    'APT::Sandbox::User': 'root',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  await must('apt-get', [...options, 'update', ...RETRIES], { env: NONINTERACTIVE });
  return options;
}

/**
 * The release that runs here, and where its packages come from.
 *
 * @returns {Promise<{ suite: string, mirror: string, components: string }>}
 */
export async function debianRelease() {
  const release = await readFile('/etc/os-release', 'utf8');
  const suite = /^VERSION_CODENAME=(.*)$/m.exec(release)?.[1] ?? 'sid';
  const targets = await must('apt-get', [
    'indextargets',
    '--format',
    '$(CODENAME) $(SUITE) $(REPO_URI)',
    'Created-By: Packages',
  ]);
  const lines = targets.split('\n').map((line) => line.split(' '));
  // Debian's testing calls itself by its codename before the mirrors do, and the other way round.
  const line = lines.find(([name]) => name === suite) ?? lines.find(([, name]) => name === suite);
  if (line?.[2] === undefined) throw new Error(`no apt source serves ${suite}`);
  return {
    suite,
    mirror: await firstMirror(line[2]),
    components: /^ID=ubuntu$/m.test(release) ? 'main,universe' : 'main',
  };
}

/**
 * Debian's cloud images name a file that lists mirrors, where debootstrap wants a mirror.
 *
 * @param {string} uri
 */
async function firstMirror(uri) {
  const list = /^mirror\+file:(?:\/\/)?(\/.*?)\/?$/.exec(uri)?.[1];
  if (list === undefined) return uri;
  const mirror = /^\s*([a-z][^\s#]*)/m.exec(await readFile(list, 'utf8'))?.[1];
  if (mirror === undefined) throw new Error(`${list} names no mirror`);
  return mirror;
}

/** Tools other than apt learn of apt's proxy from the environment. */
export async function aptProxyEnvironment() {
  const { stdout } = await run('apt-config', ['shell', 'PROXY', 'Acquire::http::Proxy']);
  const proxy = /^PROXY='(.+)'$/m.exec(stdout)?.[1];
  return proxy === undefined || proxy === 'DIRECT' ? {} : { http_proxy: proxy };
}
